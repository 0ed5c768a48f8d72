/** Assay's public API. */
export { AssayError, ExitCode } from './errors.js';
export { loadStudy, parseStudy } from './load-study.js';
export {
  buildModel,
  type Continuation,
  type ContinuationScore,
  countParameters,
  exampleGradientNorms,
  flopsPerToken,
  type HessianVectorProduct,
  hessianVectorProduct,
  presets,
  readHuggingFace,
  type ScoreOptions,
  scoreContinuations,
  textLosses,
} from './model/index.js';
export { Random } from './random.js';
export { type Agreement, agreement, type RankOptions, rank } from './ranking/index.js';
export type * from './records.js';
export {
  decide,
  rankingTable,
  renderHtml,
  renderMarkdown,
  renderRankingSvg,
  writeReport,
} from './report/index.js';
export { studyJsonSchema } from './schema/index.js';
export { kendall, pairwiseAgreement, spearman } from './stats/index.js';
export { runStudy, type StudyOptions, type StudyOutcome } from './study.js';
export type { StudyListener } from './study-listener.js';
export { planStudy, type StudyPlan } from './study-plan.js';
export { type RateOptions, studyRate } from './study-rate.js';
export { readRunResult, trainRun } from './train/index.js';
