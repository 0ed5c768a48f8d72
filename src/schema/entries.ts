/** Sections of a study whose other parts may be wrong. */
import type { z } from 'zod';

/** The entries of a section that have the right shape. */
export function entriesOf<S extends z.ZodType>(section: unknown, shape: S): [string, z.output<S>][] {
  if (!isMapping(section)) return [];
  return Object.entries(section).flatMap(([name, value]) => {
    const parsed = shape.safeParse(value);
    return parsed.success ? [[name, parsed.data] as [string, z.output<S>]] : [];
  });
}

/** Names of a section, whatever they stand for. */
export function namesOf(section: unknown): string[] {
  return isMapping(section) ? Object.keys(section) : [];
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
