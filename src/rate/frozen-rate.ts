/**
 * The rate that `learningRate: tiny` stands for, kept in `learning-rate.json` of the folder of results.
 *
 * The rate decides every run's hash. It is chosen from the recipes that there are, so without the file a recipe added
 * later would train everything again.
 */
import { join } from 'node:path';
import type { ProxySpec, RateChoice } from '../records.js';
import { hashOf, readJson, writeJson } from '../store/index.js';

const fileName = 'learning-rate.json';

/** What the choice is for: everything of a run but its data. */
export interface RateShape {
  proxy: ProxySpec<unknown>;
  tokenizerHash: string;
  steps: number;
}

export function readFrozenRate(output: string, shape: RateShape): RateChoice | undefined {
  return readJson<Record<string, RateChoice>>(join(output, fileName))?.[rateKey(shape)];
}

/** Keeps the first choice for a shape. @returns what is kept */
export async function freezeRate(output: string, shape: RateShape, choice: RateChoice): Promise<RateChoice> {
  const path = join(output, fileName);
  const before = readJson<Record<string, RateChoice>>(path) ?? {};
  const key = rateKey(shape);
  if (before[key] !== undefined) return before[key];
  await writeJson(path, { ...before, [key]: choice });
  return choice;
}

/** Runs of one key share a tiny rate. */
function rateKey({ proxy, tokenizerHash, steps }: RateShape): string {
  const { model, batch, context, weightDecay, beta1, beta2, epsilon, gradientClip, stableShare } = proxy;
  const { warmupSteps = null } = proxy;
  const optimizer = { weightDecay, beta1, beta2, epsilon, gradientClip };
  return hashOf({ model, batch, context, optimizer, stableShare, warmupSteps, tokenizerHash, steps }).slice(
    0,
    16,
  );
}
