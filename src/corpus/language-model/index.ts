/** Language models: n-gram models with Kneser-Ney smoothing, their files, and the signals that they give. */
export { type WordForm, wordForms } from './characters.js';
export { gramsByOrder, type LanguageModel, openModel } from './model.js';
export { readLanguageModel, writeLanguageModel } from './model-file.js';
export { type PerplexityModel, perplexityGroup } from './perplexity-group.js';
export { perplexity, Scorer, type TextScore, type WordVisitor } from './score.js';
export { type Training, type TrainOptions, trainLanguageModel } from './train.js';
