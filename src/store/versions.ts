/**
 * A version per stage. Raise one when a change alters what that stage writes for the same input; work of other
 * stages is then reused.
 */
export const stageVersions = {
  corpus: 2,
  languageModels: 1,
  duplicates: 1,
  contamination: 1,
  tokens: 2,
  plan: 1,
  evaluation: 1,
  train: 2,
} as const;
