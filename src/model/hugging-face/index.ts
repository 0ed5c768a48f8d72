/** Models as folders of the Hugging Face library: `config.json`, `model.safetensors`, `tokenizer.json`. */
export { type LoadedModel, readHuggingFace } from './read.js';
export { type TokenizerInfo, writeHuggingFace } from './write.js';
