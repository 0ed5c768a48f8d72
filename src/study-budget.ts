/**
 * The journey of `budget:`: how large the runs of a study may be for what it may spend. It stands in the middle of
 * `prepareData`, when the data have been read: what they hold limits the runs, and reading them has cost part of the time.
 */
import {
  type Beyond,
  buyingPath,
  type Choice,
  choose,
  describeChoice,
  expectedNoise,
  freezeBudget,
  openSizes,
  readFrozenBudget,
  type SpeedOf,
  Speeds,
  type Stretch,
  type StudyFacts,
  studyWork,
  tooSmall,
  workCost,
  workFlops,
} from './budget/index.js';
import { AssayError, ExitCode } from './errors.js';
import { availableCores, plannedThreads, runBytes, wholeMachine, workersFor } from './executor/index.js';
import { gpuFlops } from './gpu-estimate.js';
import { mapValues } from './map-values.js';
import { buildModel, flopsPerToken } from './model/index.js';
import { modelName } from './model-name.js';
import { pick } from './pick.js';
import { mostWindows, type Selections } from './recipe/index.js';
import type { BudgetChoice, BudgetCost, BudgetSpec, Study } from './records.js';
import { unnamed } from './schema/index.js';
import { type StudyListener, silentListener } from './study-listener.js';
import { resolveMicroBatch } from './train/index.js';
import type { DomainInput } from './validation/index.js';

/** What of the data decides the size of a run. */
export interface BudgetData {
  tokenizer: { vocabularySize: number };
  selections: Selections;
  domains: readonly Pick<DomainInput, 'documents' | 'rows'>[];
  /** `performance.now()` when the study began. */
  started: number;
}

export interface BudgetOptions {
  listener?: StudyListener;
  /** False: a budget that nothing has been chosen for is an error. */
  train?: boolean;
}

/** Of a time budget, what stays free for what no prediction sees. */
const reserve = 0.05;
/** Speeds measured at most before a choice: each brings the next choice nearer to a speed that was measured. */
const mostMeasurements = 6;

/**
 * The study with the sizes that its budget pays: those frozen before, or chosen now. A study without a budget stays as
 * it is.
 *
 * @throws AssayError when the budget is too small for a ranking, when the data are, and for a time where a trainer of the
 *   user's own sets the speed
 */
export async function withBudget(
  study: Study,
  data: BudgetData,
  { listener = silentListener, train = true }: BudgetOptions = {},
): Promise<{ study: Study; budget?: BudgetChoice }> {
  const { budget, proxy, run, tokenizer } = study;
  if (budget === undefined) return { study };
  const key = { budget, proxy, tokenizer };
  const frozen = readFrozenBudget(run.output, key);
  if (frozen === undefined && !train)
    throw new AssayError(`study "${study.name}"`, 'nothing has been chosen for its budget yet', {
      fix: 'Choose with `assay plan`, or train: assay run.',
    });
  const choice =
    frozen ?? (await freezeBudget(run.output, key, await chooseFor(study, budget, data, listener)));
  for (const reason of choice.reasons) listener.stage(`budget: ${reason}`);
  const { model, batch, context, seeds, tokens } = choice;
  const name = budget.keeps.includes('model') || proxy.name !== unnamed ? proxy.name : modelName(model);
  const sized = { ...proxy, name, model, batch, context, seeds, tokens: { budget: tokens } };
  return { study: { ...study, proxy: sized }, budget: choice };
}

async function chooseFor(
  study: Study,
  budget: BudgetSpec,
  data: BudgetData,
  listener: StudyListener,
): Promise<BudgetChoice> {
  const { proxy } = study;
  const { vocabularySize } = data.tokenizer;
  const available = mapValues(data.selections, (chosen) => mapValues(chosen, ({ tokens }) => tokens));
  const availableWindows = (context: number): number => mostWindows(study.recipes, available, context);
  const sizes = openSizes({ study: study.name, budget, proxy, vocabularySize, availableWindows });
  const path = buyingPath(sizes, budget.keeps.includes('seeds') ? proxy.seeds : undefined);
  const recipes = Object.keys(study.recipes).length;
  const facts: StudyFacts = {
    recipes,
    domainTokens: validationTokens(data.domains),
    streams: Object.values(available).reduce((sum, sources) => sum + Object.keys(sources).length, 0),
    learningRate: proxy.learningRate,
    ...pick(proxy, 'evaluateEvery', 'evaluationTokens', 'alignmentEvery'),
  };
  const { chosen, costOf } =
    budget.limit.kind === 'seconds'
      ? await inTime(study, budget.limit.seconds, path, facts, data, listener)
      : inArithmetic(budget.limit, path, facts, data);
  if (chosen === undefined)
    throw tooSmall(study.name, budget, path[0]!, costOf(path[0]!, path[0]!.leastSteps));

  const { stretch, steps } = chosen;
  const { model, parameters, batch, context, seeds } = stretch;
  const work = studyWork(facts, stretch, steps);
  const { trainedTokens } = work.run;
  const described = {
    ...{ budget, model, parameters, batch, context, seeds, steps },
    tokens: trainedTokens,
    cost: costOf(stretch, steps),
    noise: expectedNoise({ recipes, seeds, trainedTokens, validationTokens: work.validationTokens }),
  };
  return { ...described, reasons: describeChoice(described, recipes, beyondOf(chosen, costOf)) };
}

function beyondOf({ stretch, steps, next }: Choice, costOf: CostOf): Beyond {
  const { mostSteps, batch, context } = stretch;
  if (steps < mostSteps) return { kind: 'longer', mostTokens: mostSteps * batch * context };
  if (next === undefined) return { kind: 'nothing' };
  return { kind: 'next', stretch: next, cost: costOf(next, next.leastSteps) };
}

type CostOf = (stretch: Stretch, steps: number) => BudgetCost;

/** FLOPs, or hours of a GPU: model arithmetic alone, whatever trains it. */
function inArithmetic(
  limit: Exclude<BudgetSpec['limit'], { kind: 'seconds' }>,
  path: readonly Stretch[],
  facts: StudyFacts,
  { tokenizer: { vocabularySize } }: BudgetData,
) {
  const most = limit.kind === 'flops' ? limit.flops : gpuFlops(limit.hours);
  const costOf: CostOf = (stretch, steps) => {
    const model = buildModel(stretch.model, { vocabularySize, context: stretch.context });
    const flops = workFlops(studyWork(facts, stretch, steps), flopsPerToken(model));
    return { flops, workers: 1, rounds: facts.recipes * stretch.seeds };
  };
  const chosen = choose(path, (stretch, steps) => costOf(stretch, steps).flops <= most);
  return { chosen, costOf };
}

/** Wall time on this machine. What is chosen by an estimated speed is measured, and chosen again. */
async function inTime(
  study: Study,
  seconds: number,
  path: readonly Stretch[],
  facts: StudyFacts,
  { tokenizer: { vocabularySize }, started }: BudgetData,
  listener: StudyListener,
) {
  const { name } = study.engine;
  if (name !== 'onnx')
    throw new AssayError(
      `study "${study.name}"`,
      `the speed of ${name === 'torch' ? 'PyTorch here' : 'its own trainer'} is not known`,
      {
        expected: 'a budget in GPU-hours or FLOPs',
        got: study.budget!.text,
        exitCode: ExitCode.study,
      },
    );
  const speeds = Speeds.open(study.run.output);
  const machines = new Map(path.map((stretch) => [stretch, placeOf(study, stretch, vocabularySize)]));
  const costOf: CostOf = (stretch, steps) => {
    const { of, flops } = machines.get(stretch)!;
    const machine = {
      speed: speeds.of(of),
      workers: of.workers,
      threads: of.threads,
      cores: availableCores(),
      spent: (performance.now() - started) / 1000,
    };
    return workCost(studyWork(facts, stretch, steps), facts.streams, flops, machine);
  };
  const pays = (stretch: Stretch, steps: number): boolean =>
    costOf(stretch, steps).seconds!.total <= (1 - reserve) * seconds;
  for (let measured = 0; ; measured++) {
    const chosen = choose(path, pays);
    const { of } = machines.get(chosen?.stretch ?? path[0]!)!;
    if (speeds.isKnown(of) || measured === mostMeasurements) return { chosen, costOf };
    listener.stage(`budget: measuring the speed of ${of.workers} runs of ${modelName(of.model)}`);
    await speeds.measure(of);
  }
}

/** How runs of a size would go on this machine: threads, runs at once, and FLOPs of a token. */
function placeOf({ proxy, recipes, run }: Study, stretch: Stretch, vocabularySize: number) {
  const { model: config, batch, context, seeds } = stretch;
  const model = buildModel(config, { vocabularySize, context });
  const { beta1, beta2, epsilon, weightDecay, gradientClip, microBatch } = proxy;
  const optimizer = { beta1, beta2, epsilon, weightDecay, gradientClip };
  const given = microBatch === undefined ? {} : { microBatch };
  const shape = {
    model: config,
    vocabularySize,
    context,
    batch,
    microBatch: resolveMicroBatch(model, { batch, ...given }),
  };
  const runs = Object.keys(recipes).length * seeds;
  const { output, workers: asked, threads: askedThreads } = run;
  const threads = plannedThreads({ output, shape, runs, workers: asked, threads: askedThreads });
  const workers = Math.min(asked ?? workersFor(threads, runBytes(shape), wholeMachine()), runs);
  const of: SpeedOf = {
    model: config,
    vocabularySize,
    shape: { batch, context, ...optimizer, ...given },
    threads,
    workers,
  };
  return { of, flops: flopsPerToken(model) };
}

/** Tokens that each domain can validate on, by context; of long documents the first four contexts count. */
function validationTokens(domains: BudgetData['domains']): (context: number) => number[] {
  const cache = new Map<number, number[]>();
  return (context) => {
    const known = cache.get(context);
    if (known !== undefined) return known;
    const counted = domains.map(({ documents, rows }) =>
      Array.from(rows).reduce((sum, row) => sum + Math.min(documents.tokens[row]! + 1, 4 * context), 0),
    );
    cache.set(context, counted);
    return counted;
  };
}
