/** Contamination: the index of validation and benchmark n-grams, and what share of a document lies in it. */
export { benchmarkTexts } from './benchmark-texts.js';
export { buildContaminationIndex, type ContaminationIndexCounts } from './build-index.js';
export {
  type Contamination,
  contaminationColumns,
  contaminationGroup,
  contaminationOf,
} from './contamination.js';
export { type ContaminationIndex, readIndex } from './index-file.js';
