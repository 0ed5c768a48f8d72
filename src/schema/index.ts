export { studyJsonSchema } from './json-schema.js';
export { loadStudy, parseStudy } from './study.js';
export { didYouMean, suggest } from './suggest.js';
