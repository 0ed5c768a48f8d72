/** What came of the damaged files of one format. */

export interface CasesSummary {
  cases: number;
  /** Files that were read to their end. */
  read: number;
  /** Files that an error with their name refused. */
  refused: number;
  rows: number;
  malformed: number;
  slowest: { case: number; seconds: number };
  peakBytes: number;
  /** Neither read nor refused with a typed error, or slower than `longestSeconds`. */
  failures: { case: number; what: string }[];
}

export const longestSeconds = 5;

export function noCases(): CasesSummary {
  return {
    cases: 0,
    read: 0,
    refused: 0,
    rows: 0,
    malformed: 0,
    slowest: { case: 0, seconds: 0 },
    peakBytes: 0,
    failures: [],
  };
}

export function joined(a: CasesSummary, b: CasesSummary): CasesSummary {
  return {
    cases: a.cases + b.cases,
    read: a.read + b.read,
    refused: a.refused + b.refused,
    rows: a.rows + b.rows,
    malformed: a.malformed + b.malformed,
    slowest: b.slowest.seconds > a.slowest.seconds ? b.slowest : a.slowest,
    peakBytes: Math.max(a.peakBytes, b.peakBytes),
    failures: [...a.failures, ...b.failures],
  };
}
