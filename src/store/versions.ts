/**
 * A version per stage. Raise one when a change alters what that stage writes for the same input; work of other
 * stages is then reused.
 */
export const stageVersions = {
  corpus: 1,
  tokens: 1,
  plan: 1,
  evaluation: 1,
  train: 2,
} as const;
