/** What a study will cost, before anything is read or trained: runs, tokens, arithmetic, and the time on this machine. */
import { freeMachine, plannedThreads, runBytes, workersFor } from './executor/index.js';
import { estimateGpu, type GpuEstimate } from './gpu-estimate.js';
import { buildModel, countParameters, flopsPerToken } from './model/index.js';
import { Random } from './random.js';
import type { ProxySpec, Study } from './records.js';
import { sum } from './stats/index.js';
import { hashOf } from './store/index.js';
import { vocabularySizeOf } from './tokens/index.js';
import { measureTokensPerSecond, planSteps, resolveMicroBatch } from './train/index.js';

/** The runs of one setting: one a recipe and seed. */
export interface SettingPlan {
  name: string;
  role: 'proxy' | 'target';
  learningRate: number | 'tiny';
  runs: number;
  parameters: number;
  steps: number;
  tokensPerRun: number;
  /** Of all its runs. */
  tokens: number;
  flops: number;
  /** Runs at once. */
  workers: number;
  /** Of each run. */
  threads: number;
  /** Undefined when not measured; the speed of a user's own trainer is not known. */
  expected?: { tokensPerSecondPerRun: number; seconds: number };
  /** Seconds that measuring would take, when that is too long to be done. */
  tooLongToMeasure?: number;
}

/** The proxy that ranks, and what the whole study costs. */
export interface StudyPlan extends Omit<SettingPlan, 'name' | 'role' | 'expected'> {
  study: string;
  recipes: string[];
  seeds: number;
  vocabularySize: number;
  gpu: GpuEstimate;
  engine: Study['engine']['name'];
  /** Searches for a tiny rate: one for each model that asks for it. */
  searches: number;
  /** The proxy's own speed, where it was measured, and the `seconds` of all settings that were; undefined without any. */
  expected?: { tokensPerSecondPerRun?: number; seconds: number };
  /** Models that are not in `expected`, or not in all of their settings; `tooLongToMeasure` is of the slowest. */
  notMeasured: string[];
  /** Every setting, the proxy's own first. `runs`, `tokens`, `flops` and `gpu` above are their sums. */
  settings: SettingPlan[];
}

/** Validation's share of a run's time, at most; see `evaluationBudget`. */
const evaluationShare = 0.15;

/** Measuring takes two steps at least. Where these would take longer than this, it is left out. */
const longestMeasurement = 20;
/** Model arithmetic of a thread in FLOP/s, as measured on the reference machine: enough to tell seconds from minutes. */
const flopsPerThread = 9e10;

/**
 * @param options.measure trains each shape of run for a few steps on random tokens to learn this machine's speed, if that
 *   takes seconds; sources are not touched
 */
export async function planStudy(study: Study, options: { measure: boolean }): Promise<StudyPlan> {
  const recipes = Object.keys(study.recipes);
  const specs = [{ ...study.proxy, role: 'proxy' as const }, ...study.compared];
  const speeds = new Map<string, number>();
  const settings: SettingPlan[] = [];
  for (const spec of specs) settings.push(await planSetting(study, spec, options.measure, speeds));

  const { name: _, role: __, expected: own, tooLongToMeasure: ___, ...first } = settings[0]!;
  const total = (of: (setting: SettingPlan) => number) => sum(settings.map(of));
  const flops = total((setting) => setting.flops);
  const measured = settings.flatMap(({ expected }) => expected ?? []);
  const tooLong = settings.flatMap(({ tooLongToMeasure }) => tooLongToMeasure ?? []);
  return {
    ...first,
    study: study.name,
    recipes,
    seeds: study.proxy.seeds,
    vocabularySize: vocabularySizeOf(study.tokenizer),
    runs: total(({ runs }) => runs),
    tokens: total(({ tokens }) => tokens),
    flops,
    gpu: estimateGpu(flops),
    engine: study.engine.name,
    searches: countSearches(specs),
    ...(measured.length > 0 && {
      expected: { ...own, seconds: sum(measured.map(({ seconds }) => seconds)) },
    }),
    ...(tooLong.length > 0 && { tooLongToMeasure: Math.max(...tooLong) }),
    notMeasured: notMeasured(settings),
    settings,
  };
}

/** A sweep of something else keeps the rate that was found for its model. */
function countSearches(specs: readonly ProxySpec<unknown>[]): number {
  return new Set(specs.flatMap(({ learningRate, name }) => (learningRate === 'tiny' ? name : []))).size;
}

/** `12x768`, or `12x768 in 2 of 6 settings`. */
function notMeasured(settings: readonly SettingPlan[]): string[] {
  return [...new Set(settings.map(({ name }) => name))].flatMap((name) => {
    const own = settings.filter((setting) => setting.name === name);
    const slow = own.filter(({ tooLongToMeasure }) => tooLongToMeasure !== undefined).length;
    if (slow === 0) return [];
    return slow === own.length ? name : `${name} in ${slow} of ${own.length} settings`;
  });
}

/**
 * @param speeds measured so far, by shape of run
 */
async function planSetting(
  study: Study,
  spec: ProxySpec<number | 'tiny'> & { role: SettingPlan['role'] },
  measure: boolean,
  speeds: Map<string, number>,
): Promise<SettingPlan> {
  const { run } = study;
  const vocabularySize = vocabularySizeOf(study.tokenizer);
  const model = buildModel(spec.model, { vocabularySize, context: spec.context });
  const parameters = countParameters(model);
  const { steps } = planSteps(spec, parameters);
  const runs = Object.keys(study.recipes).length * spec.seeds;
  const tokensPerRun = steps * spec.batch * spec.context;
  const { batch, context } = spec;
  const shape = {
    model: spec.model,
    vocabularySize,
    context,
    batch,
    microBatch: resolveMicroBatch(model, spec),
  };
  const { output, workers: asked, threads: askedThreads } = run;
  const threads = plannedThreads({ output, shape, runs, workers: asked, threads: askedThreads });
  const workers = Math.min(asked ?? workersFor(threads, runBytes(shape), freeMachine()), runs);
  const plan: SettingPlan = {
    name: spec.name,
    role: spec.role,
    learningRate: spec.learningRate,
    ...{ runs, parameters, steps, tokensPerRun },
    tokens: runs * tokensPerRun,
    flops: runs * tokensPerRun * flopsPerToken(model),
    ...{ workers, threads },
  };
  if (!measure || study.engine.name !== 'onnx') return plan;

  const twoSteps = (2 * batch * context * flopsPerToken(model)) / (flopsPerThread * threads);
  if (twoSteps > longestMeasurement) return { ...plan, tooLongToMeasure: twoSteps };

  const key = hashOf({ ...shape, threads });
  const tokensPerSecondPerRun =
    speeds.get(key) ?? (await measureTokensPerSecond(model, spec, threads, Random.fromSeed(0)));
  speeds.set(key, tokensPerSecondPerRun);
  // The last round may leave workers idle, so rounds are counted whole.
  const rounds = Math.ceil(runs / workers);
  const seconds = (rounds * tokensPerRun * (1 + evaluationShare)) / tokensPerSecondPerRun;
  return { ...plan, expected: { tokensPerSecondPerRun, seconds } };
}
