/** Tokenizers of Hugging Face's `tokenizers` library, from their `tokenizer.json`. */
export { copyHuggingFace } from './copy.js';
export { readHuggingFaceFile as describeHuggingFace } from './read-file.js';
export { huggingFaceTokenizer } from './tokenizer.js';
