/** A part of a record. */

/** The fields of these names that are given: one that is undefined is left out. */
export function pick<T, Name extends keyof T>(
  from: T,
  ...names: Name[]
): { [K in Name]?: Exclude<T[K], undefined> } {
  const given = names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]));
  return Object.fromEntries(given) as { [K in Name]?: Exclude<T[K], undefined> };
}
