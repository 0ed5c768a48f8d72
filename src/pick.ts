/** A part of a record. */

/** The fields of these names that are given: one that is undefined is left out. */
export function pick<T, Name extends keyof T>(from: T, ...names: Name[]): Partial<Pick<T, Name>> {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  ) as Partial<Pick<T, Name>>;
}
