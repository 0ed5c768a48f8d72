/**
 * What was chosen for a budget, kept in `budget.json` of the folder of results.
 *
 * Speed is never measured the same twice and decides every run's hash: without the file a study that is taken up again,
 * or gets another recipe, would train everything anew.
 */
import { join } from 'node:path';
import type { BudgetChoice, BudgetSpec, ProxySpec, TokenizerSpec } from '../records.js';
import { hashOf, readJson, writeJson } from '../store/index.js';

const fileName = 'budget.json';

/** What a choice is for: the budget, and what the study says of the proxy. */
export interface BudgetKey {
  budget: BudgetSpec;
  proxy: ProxySpec<number | 'tiny'>;
  tokenizer: TokenizerSpec;
}

export function readFrozenBudget(output: string, key: BudgetKey): BudgetChoice | undefined {
  return readJson<Record<string, BudgetChoice>>(join(output, fileName))?.[hashed(key)];
}

/** Keeps the first choice. @returns what is kept */
export async function freezeBudget(
  output: string,
  key: BudgetKey,
  choice: BudgetChoice,
): Promise<BudgetChoice> {
  const path = join(output, fileName);
  const before = readJson<Record<string, BudgetChoice>>(path) ?? {};
  const name = hashed(key);
  if (before[name] !== undefined) return before[name];
  await writeJson(path, { ...before, [name]: choice });
  return choice;
}

/** Sizes that are not kept are no part of the question; of the rest, what the choice depends on. */
function hashed({ budget, proxy, tokenizer }: BudgetKey): string {
  const { limit, keeps } = budget;
  const { learningRate, evaluateEvery = null, evaluationTokens = null, alignmentEvery = null } = proxy;
  const kept = Object.fromEntries(keeps.map((size) => [size, proxy[size]]));
  const validated = { evaluateEvery, evaluationTokens, alignmentEvery };
  return hashOf({ limit, kept, learningRate, ...validated, tokenizer }).slice(0, 16);
}
