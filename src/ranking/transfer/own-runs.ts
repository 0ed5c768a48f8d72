/** The runs of a study as transfer analysis reads them: each in the setting that it was trained in. */
import type { EvaluationMetric, Hyperparameters, ProxySpec, RunResult } from '../../records.js';
import { accumulatedAlignment, alignmentMetric } from '../alignment.js';
import type { Measured, Metric, TrainedRun, TrainedRuns } from './runs.js';

/** Every run of one setting of one model. */
export interface SettingResults {
  spec: ProxySpec;
  parameters: number;
  /** Failed ones too; a run without a result is absent. */
  results: readonly RunResult[];
}

/**
 * Hyperparameters are the learning rate and whatever else differs between the settings of a model. A run that
 * failed otherwise than by diverging is left out.
 * @param weights of the validation domains in the objective
 */
export function ownRuns(
  settings: readonly SettingResults[],
  weights: Readonly<Record<string, number>>,
): TrainedRuns {
  const metrics: Metric[] = Object.entries(weights).map(([name, weight]) => ({
    name,
    better: 'lower',
    weight,
  }));
  if (settings.some(({ results }) => results.some(({ alignments }) => alignments !== undefined)))
    metrics.push(alignmentMetric);
  const runs = settings.flatMap((setting) => {
    const hyperparameters = differing(setting, settings);
    // A process that died says nothing of its recipe.
    const ended = setting.results.filter(({ failure, diverged }) => failure === undefined || diverged);
    return ended.map(
      (result): TrainedRun => ({
        recipe: result.recipe,
        model: setting.spec.name,
        seed: String(result.seed),
        hyperparameters,
        measured: measuredOf(result, weights),
      }),
    );
  });
  return { metrics, runs };
}

function differing(setting: SettingResults, all: readonly SettingResults[]): Hyperparameters {
  const same = all.filter(({ spec }) => spec.name === setting.spec.name);
  // Lengths are compared in one unit: tokens, unless a study counts them by parameters.
  const inTokens = same.every(({ spec }) => 'budget' in spec.tokens);
  const own = hyperparametersOf(setting, inTokens);
  const others = same.map((each) => hyperparametersOf(each, inTokens));
  const varies = (name: string) => new Set(others.map((other) => other[name])).size > 1;
  return Object.fromEntries(Object.entries(own).filter(([name]) => name === 'learningRate' || varies(name)));
}

function hyperparametersOf({ spec, parameters }: SettingResults, inTokens: boolean): Hyperparameters {
  const { learningRate, batch, weightDecay, tokens, warmupSteps } = spec;
  const perParameter = 'budget' in tokens ? tokens.budget / parameters : tokens.perParameter;
  return {
    ...{ learningRate, batch, weightDecay },
    ...(inTokens && 'budget' in tokens ? { tokens: tokens.budget } : { tokensPerParameter: perParameter }),
    ...(warmupSteps === undefined ? {} : { warmupSteps }),
  };
}

function measuredOf(result: RunResult, weights: Readonly<Record<string, number>>): TrainedRun['measured'] {
  const { evaluations, steps, diverged } = result;
  // What diverged before its end has none: a last value that is no number stands for it.
  const end: Pick<EvaluationMetric, 'step' | 'domains'>[] =
    !diverged || evaluations.at(-1)?.step === steps ? [] : [{ step: steps, domains: {} }];
  const at = [...evaluations, ...end];
  const losses = Object.keys(weights).map((name): [string, Measured] => [
    name,
    {
      steps: Float64Array.from(at, ({ step }) => step),
      values: Float64Array.from(at, ({ domains }) => domains[name]?.lossNats ?? Number.NaN),
    },
  ]);
  const alignment = accumulatedAlignment(result, weights);
  return {
    ...Object.fromEntries(losses),
    ...(alignment === undefined ? {} : { [alignmentMetric.name]: alignment }),
  };
}
