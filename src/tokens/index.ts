/** Tokens: tokenizers, and the store that holds a source's tokens and signals. */
export { bytesTokenizer } from './bytes-tokenizer.js';
export { type DocumentTable, readDocumentRows, readDocumentTable } from './document-table.js';
export { loadTokenizer, openTokenizer } from './load-tokenizer.js';
export { namedTokenizer } from './named-tokenizer.js';
export {
  type PretokenizedDocument,
  type PretokenizedDocuments,
  pretokenizedDocuments,
  requireSameTokenizer,
  tokenReader,
} from './pretokenized/documents.js';
export { studyTokenReader } from './pretokenized/study-reader.js';
export { readTokens, tokenFilesOf } from './read-tokens.js';
export { type SampleOptions, sampleTexts } from './sample.js';
export { openPlanFile, TokenFiles } from './token-files.js';
export { buildTokenStore, openTokenStore, type TokenStoreOptions } from './token-store.js';
export {
  type TokenizedSource,
  type TokenizedStudy,
  type TokenizeListener,
  tokenizeStudy,
} from './tokenize-study.js';
export { endOfTextName, type Tokenizer } from './tokenizer.js';
export { tokenizerFolderName, vocabularySizeOf } from './tokenizer-facts.js';
export { tokenizerJson } from './tokenizer-json.js';
export type { StoreProgress } from './write-store.js';
