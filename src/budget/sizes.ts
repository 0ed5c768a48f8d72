/** The run sizes that a study leaves open: the ladder's models, or the study's own, with the batches that suit them. */
import { count } from '../amounts.js';
import { AssayError, ExitCode } from '../errors.js';
import { buildModel, countParameters } from '../model/index.js';
import type { BudgetSpec, ProxySpec } from '../records.js';
import { contextFor, ladder } from './ladder.js';
import { leastSteps, type RunSize, runSize } from './run-size.js';

export interface SizesInput {
  study: string;
  budget: BudgetSpec;
  /** Its sizes count where the budget keeps them. */
  proxy: ProxySpec<number | 'tiny'>;
  vocabularySize: number;
  /** Windows that a run of every recipe can have at most, by context. */
  availableWindows: (context: number) => number;
}

/**
 * Smallest model first.
 * @throws AssayError when the data are too few for the smallest
 */
export function openSizes({ study, budget, proxy, vocabularySize, availableWindows }: SizesInput): RunSize[] {
  const keeps = new Set(budget.keeps);
  const rungs = keeps.has('model')
    ? [{ model: proxy.model, context: contextFor(proxy.model.width) }]
    : ladder;
  const sizes: RunSize[] = [];
  for (const { model, context: usual } of rungs) {
    const context = keeps.has('context') ? proxy.context : usual;
    const parameters = countParameters(buildModel(model, { vocabularySize, context }));
    const size = runSize({
      model,
      parameters,
      context,
      learningRate: proxy.learningRate,
      batch: keeps.has('batch') ? proxy.batch : undefined,
      tokens: keeps.has('tokens') ? askedTokens(proxy, parameters) : undefined,
      availableWindows: availableWindows(context),
    });
    if (size === undefined) break;
    sizes.push(size);
  }
  if (sizes.length > 0) return sizes;
  const context = keeps.has('context') ? proxy.context : rungs[0]!.context;
  const held = availableWindows(context) * context;
  throw new AssayError(`study "${study}"`, 'too little data for runs of a sensible length', {
    expected: `${leastSteps} steps and 3 tokens a parameter of the smallest model, or the tokens that the study asks for`,
    got: `${count(held)} tokens that every recipe can give`,
    fix: 'Give more text, let windows repeat (`{ weight: …, repeat: 2 }`), or leave out `model`, `tokens` and `batch`.',
    exitCode: ExitCode.data,
  });
}

function askedTokens({ tokens }: Pick<ProxySpec, 'tokens'>, parameters: number): number {
  return 'budget' in tokens ? tokens.budget : tokens.perParameter * parameters;
}
