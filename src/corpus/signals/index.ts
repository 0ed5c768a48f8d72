/** Signals of the text alone: what a document is made of, measured without a model or other documents. */
export { DocumentText, type WordIds, type Words } from './document-text.js';
export { languageGroup } from './language.js';
export { qualityGroup } from './quality/index.js';
export { type RepetitionProfile, repetitionGroup } from './repetition/index.js';
export type { Measure, SignalColumn, SignalGroup, SignalType, SignalValue } from './signal.js';
