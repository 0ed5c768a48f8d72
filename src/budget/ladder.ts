/** The models that a budget chooses from: GPT-2 shapes from 2 layers of width 32 up to gpt2-small. */
import type { Gpt2Config } from '../records.js';

/** A model, with the context that it is trained with when the study does not say. */
export interface LadderModel {
  model: Gpt2Config;
  context: number;
}

/** Layers and width. Close to each other, so that little of a budget is left when the next one is too large. */
const sizes: [layers: number, width: number][] = [
  [2, 32],
  [2, 48],
  [2, 64],
  [2, 80],
  [2, 96],
  [3, 96],
  [3, 128],
  [4, 128],
  [4, 160],
  [4, 192],
  [4, 256],
  [6, 256],
  [6, 320],
  [6, 384],
  [8, 384],
  [8, 448],
  [8, 512],
  [10, 512],
  [10, 640],
  [12, 640],
  [12, 768],
];

/** Smallest first. */
export const ladder: readonly LadderModel[] = sizes.map(([layers, width]) => ({
  model: { family: 'gpt2', layers, width, heads: width / headWidth(width), mlpWidth: 4 * width },
  context: contextFor(width),
}));

/** Windows as long as a model of this width can make use of; gpt2-small's 1024 at its own width. */
export function contextFor(width: number): number {
  if (width < 128) return 128;
  if (width <= 256) return 256;
  return width <= 512 ? 512 : 1024;
}

function headWidth(width: number): number {
  if (width < 128) return 16;
  return width <= 256 ? 32 : 64;
}
