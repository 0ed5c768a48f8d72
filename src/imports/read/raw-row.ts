/** A row of a results file before it means anything. */

/** Fields by name, or the reason why there are none. */
export type RawRow = { row: number } & ({ fields: Record<string, unknown> } | { reason: string });

/** Longest row in bytes; one point of one run is far shorter. */
export const maximumRowBytes = 1 << 24;
