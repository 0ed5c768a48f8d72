/** What a model is called that has no name of its own. */
import type { ModelConfig } from './records.js';

/** `2x48` for GPT-2, other families in front: `llama-4x256`. */
export function modelName({
  family,
  layers,
  width,
}: Pick<ModelConfig, 'family' | 'layers' | 'width'>): string {
  return `${family === 'gpt2' ? '' : `${family}-`}${layers}x${width}`;
}
