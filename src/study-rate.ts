/**
 * The journey of `assay rate`: what a tiny learning rate is for a study's model, batch and recipes, and which one
 * `learningRate: tiny` stands for. It goes on from `prepareData`.
 *
 * All that it trains lies under `rate` in the folder of results, so a second call does no work twice.
 */
import { join } from 'node:path';
import { AssayError, ExitCode } from './errors.js';
import { availableCores, freezeThreads } from './executor/index.js';
import { countParameters } from './model/index.js';
import { Random } from './random.js';
import {
  boundTerms,
  chooseRate,
  type Derivatives,
  distinctStreams,
  equalShares,
  freezeRate,
  measuredFloor,
  type RateShape,
  type RoundingPoint,
  rateBound,
  reach,
  reachAtLoss,
  readFrozenRate,
  type Stream,
  startingRates,
  sweepRates,
  type TermsInput,
  withDerivatives,
  writeShortEvaluation,
} from './rate/index.js';
import {
  type DomainEntropy,
  domainEntropies,
  type RateData,
  type RateRun,
  readTrial,
  recipeFrequencies,
  recipesInOrder,
  spreadWindows,
  statisticsBatches,
  streamSource,
  trainRuns,
} from './rate-runs.js';
import { openPlan } from './recipe/index.js';
import type { BoundTerms, RateChoice, RateReport, RateTrial, Study } from './records.js';
import { hashOf, makeFolder, readJson, writeJson } from './store/index.js';
import { type StudyListener, silentListener } from './study-listener.js';
import { decidingPart, engineOfRole, resolveMicroBatch, resolveSchedule } from './train/index.js';
import { evaluationBudget, openEvaluation, validationLoss } from './validation/index.js';

export interface RateOptions {
  signal?: AbortSignal;
  listener?: StudyListener;
  /** The model, where it is not the first proxy: it has a folder of its own, and messages name it. */
  model?: string;
  /** Whose settings of the engine its runs are trained with. Default: a proxy's. */
  role?: 'proxy' | 'target';
  /** Share of the pairs of recipes, ties aside, whose order the rate is to keep. Default 0.8. */
  share?: number;
  /** Take each recipe's terms after a warm-up on its own data, as the paper does. Default false: one common point. */
  perRecipe?: boolean;
}

/** Steps of the warm-up, as in the paper, but no more than this share of a run. */
const warmup = { steps: 500, share: 0.1 };
/** Steps of the runs of the sweep as shares of a run, and the fewest. */
const sweep = { short: 1 / 16, long: 1 / 4, least: 50, evaluations: 8, leastEvaluationTokens: 2000 };
/** Rates at which rounding is measured. */
const roundingRates = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];

/**
 * Measures, chooses, and freezes the choice. A study that has been measured already is not measured again.
 *
 * @throws AssayError when there are fewer than two recipes, or when no rate of the sweep trains
 */
export async function studyRate(
  asked: Study,
  data: RateData,
  options: RateOptions = {},
): Promise<RateReport> {
  const { signal, listener = silentListener, share = 0.8, perRecipe = false, role = 'proxy' } = options;
  const study = { ...asked, engine: engineOfRole(asked.engine, role) };
  const subject = subjectOf(study, options);
  const { proxy } = study;
  const { model, steps, tokenizer } = data;
  const { batch, context } = proxy;
  const started = performance.now();
  if (data.recipes.length < 2)
    throw new AssayError(subject, 'a tiny rate is one that keeps the order of recipes', {
      expected: 'two recipes or more',
      got: String(data.recipes.length),
      exitCode: ExitCode.study,
    });
  const output = join(study.run.output, options.model === undefined ? 'rate' : `rate-${options.model}`);
  makeFolder(output);

  // Recipes mix streams of documents, in the order that a run of seed 0 meets them; what is measured of a stream counts
  // for every recipe that has it.
  const ordered = await recipesInOrder(study, data, signal);
  const streams = distinctStreams(ordered);
  const source = streamSource(study);

  const optimizer = {
    beta1: proxy.beta1,
    beta2: proxy.beta2,
    epsilon: proxy.epsilon,
    weightDecay: proxy.weightDecay,
    gradientClip: proxy.gradientClip,
  };
  const microBatch = resolveMicroBatch(model, proxy);
  const shape: RateShape = { proxy, tokenizerHash: tokenizer.hash, steps };
  const reportFile = join(output, 'rate.json');
  const hash = hashOf({
    version: 1,
    streams: streams.map(({ input, shares }) => ({ order: input.order.hash, shares })),
    evaluation: data.evaluation.evaluation.hash,
    ...{ ...proxy, learningRate: null, seeds: null, name: null, alignmentEvery: null },
    options: { share, perRecipe },
    engine: decidingPart(study.engine),
  });
  const before = readJson<RateReport>(reportFile);
  if (before?.hash === hash) {
    const choice = await freezeRate(study.run.output, shape, before.choice);
    return { ...before, choice };
  }

  // Threads decide bits, so they are chosen once, as for the study's own runs.
  const threads = await freezeThreads({
    output,
    shape: { model: proxy.model, vocabularySize: tokenizer.vocabularySize, context, batch, microBatch },
    runs: startingRates(proxy.model.width).length,
    workers: study.run.workers,
    threads: study.run.threads,
  });
  const atLeast = (part: number): number => Math.min(steps, Math.max(sweep.least, Math.round(part * steps)));
  const [shortSteps, longSteps] = [atLeast(sweep.short), atLeast(sweep.long)];
  const shortEvaluation = join(output, 'evaluation');
  await writeShortEvaluation(
    data.evaluation.folder,
    shortEvaluation,
    Math.max(
      sweep.leastEvaluationTokens,
      evaluationBudget({
        trainTokens: shortSteps * batch * context,
        evaluations: sweep.evaluations + 1,
        domains: data.evaluation.evaluation.domains.length,
      }),
    ),
  );
  const weights = data.evaluation.evaluation.domains;

  const train = (runs: readonly RateRun[]): Promise<string[]> =>
    trainRuns(study, data, runs, { output, threads, evaluationFolder: shortEvaluation, signal, listener });

  // The tuned standard rate, by short runs on equal shares of all recipes.
  const trainAt = async (rates: readonly number[], runSteps: number): Promise<RateTrial[]> => {
    listener.stage(`rate: ${rates.length} runs of ${runSteps} steps at ${rates.join(', ')}`);
    const warmupSteps =
      proxy.warmupSteps === undefined ? undefined : Math.round((proxy.warmupSteps * runSteps) / steps);
    const folders = await train(
      rates.map((learningRate) => ({
        of: equalShares(streams, 'equal-shares', runSteps * batch),
        proxy: { ...proxy, learningRate, ...(warmupSteps === undefined ? {} : { warmupSteps }) },
        steps: runSteps,
        evaluateEvery: Math.max(1, Math.ceil(runSteps / sweep.evaluations)),
      })),
    );
    return Promise.all(folders.map((folder, i) => readTrial(folder, rates[i]!, runSteps, weights)));
  };
  const found = await sweepRates(startingRates(proxy.model.width), trainAt, { shortSteps, longSteps });
  const { tuned } = found;
  if (Number.isNaN(tuned))
    throw new AssayError(subject, 'no learning rate of the sweep trains this model', {
      got: `failures at ${found.trials.map(({ learningRate }) => learningRate).join(', ')}`,
      fix: 'Give `learningRate` as a number.',
      exitCode: ExitCode.runsFailed,
    });

  // One common point of training: gaps between recipes mean something at one θ only. Or one point each, as in the paper.
  const warmupSteps = Math.min(warmup.steps, Math.max(Math.ceil(warmup.share * steps), Math.min(20, steps)));
  const mixtures = perRecipe
    ? ordered.map((one) => ({ name: one.recipe.name, streams: distinctStreams([one]) }))
    : [{ name: 'equal-shares', streams }];
  listener.stage(`rate: warm-up of ${warmupSteps} steps at ${tuned}`);
  const warmedUp = await train(
    mixtures.map((mixture) => ({
      of: equalShares(mixture.streams, mixture.name, warmupSteps * batch),
      proxy: { ...proxy, learningRate: tuned, warmupSteps: Math.ceil(warmupSteps / 10), stableShare: 1 },
      steps: warmupSteps,
      evaluateEvery: warmupSteps,
    })),
  );

  const pointOptions = {
    ...{ microBatch, threads: availableCores(), optimizer },
    ...(signal && { signal }),
    onNotice: (message: string) => listener.notice(message),
  };
  const atPoint = <T>(folder: string, use: (derivatives: Derivatives<unknown>) => Promise<T>): Promise<T> =>
    withDerivatives(study.engine, model, folder, pointOptions, use);

  // The terms of Eq. (58), from as many windows of each stream as 20 batches have.
  const evaluation = openEvaluation(data.evaluation.folder);
  const measured = [];
  for (const [i, folder] of warmedUp.entries()) {
    const { name, streams } = mixtures[i]!;
    const recipes = perRecipe ? [name] : data.recipes.map((recipe) => recipe.name);
    listener.stage(`rate: gradients of ${streams.length} streams of documents, and curvature`);
    // Streams are told apart by the point at which they were measured.
    const label = (stream: Stream): string => (perRecipe ? `${name}: ${stream.name}` : stream.name);
    const sharesOf = (recipe: string) =>
      Object.fromEntries(streams.map((stream) => [label(stream), stream.shares[recipe] ?? 0]));
    const input: TermsInput = {
      model,
      validation: validationLoss(evaluation, statisticsBatches * batch),
      streams: streams.map((stream) => ({
        name: label(stream),
        windows: () => spreadWindows(stream, statisticsBatches * batch, source),
      })),
      recipes: recipes.map((recipe) => ({ name: recipe, shares: sharesOf(recipe) })),
      random: Random.fromSeed(0).split('rate'),
      ...(signal === undefined ? {} : { signal }),
    };
    measured.push(await atPoint(folder, (derivatives) => boundTerms(derivatives, input)));
  }
  const boundOptions = { batch, gradientClip: proxy.gradientClip, share };
  const sgd = rateBound(joined(measured.map((terms) => terms.sgd)), boundOptions);
  const ofAdam = measured.flatMap(({ adam }) => adam ?? []);
  const adam = ofAdam.length === measured.length ? rateBound(joined(ofAdam), boundOptions) : undefined;

  // The lower end: a run that gets no lower than the word frequencies of its data has learned nothing that recipes differ in.
  const frequencies = await recipeFrequencies(streams, data, source);
  const objective = (domains: readonly DomainEntropy[]): number =>
    domains.reduce((sum, { weight, entropyNats }) => sum + weight * entropyNats, 0);
  const domains = domainEntropies(evaluation, frequencies);
  const reachPerRate = reach(resolveSchedule({ ...proxy, learningRate: 1 }, steps), steps);
  const atUnigram = reachAtLoss(
    found.trials,
    objective(domainEntropies(openEvaluation(shortEvaluation), frequencies)),
  );
  const lower =
    atUnigram === undefined ? undefined : { reach: atUnigram, learningRate: atUnigram / reachPerRate };

  // The floating-point floor, by real steps from the common point.
  const plan = openPlan(warmedUp[0]!);
  const first = await plan.read(0, batch);
  plan.close();
  return atPoint(warmedUp[0]!, async (derivatives) => {
    const rounding = async (...rates: number[]): Promise<RoundingPoint[]> => {
      const shares = await derivatives.roundedAway(first, rates);
      return rates.map((learningRate, i) => ({ learningRate, share: shares[i]! }));
    };
    const roundingPoints = await rounding(...roundingRates);
    const floor = measuredFloor(roundingPoints);

    // The rule, and the choice that stays.
    const chosen = chooseRate({ tuned, bound: sgd, lower: lower?.learningRate, floor, reachPerRate });
    const choice = await freezeRate(study.run.output, shape, chosen);
    roundingPoints.push(...(await rounding(choice.learningRate)));
    const report: RateReport = {
      formatVersion: 1,
      study: study.name,
      hash,
      parameters: countParameters(model),
      batch,
      context,
      steps,
      reachPerRate,
      gradientClip: proxy.gradientClip,
      sweep: { tuned, atEdge: found.atEdge, trials: found.trials },
      warmup: { data: perRecipe ? 'each recipe' : 'equal shares', steps: warmupSteps, learningRate: tuned },
      sgd,
      ...(adam === undefined ? {} : { adam }),
      unigram: { objective: objective(domains), domains },
      ...(lower === undefined ? {} : { lower }),
      rounding: {
        points: roundingPoints.sort((a, b) => b.learningRate - a.learningRate),
        ...(floor === undefined ? {} : { floor }),
      },
      choice,
      seconds: (performance.now() - started) / 1000,
    };
    await writeJson(reportFile, report);
    return report;
  });
}

/**
 * The study with a number for `tiny`: the frozen one, or one that is measured now.
 *
 * @throws AssayError as `studyRate`, and when it would have to measure and is told not to train
 */
export async function withLearningRate(
  study: Study,
  data: RateData,
  options: RateOptions & { train?: boolean } = {},
): Promise<{ study: Study<number>; choice?: RateChoice }> {
  const { proxy } = study;
  const { learningRate } = proxy;
  if (learningRate !== 'tiny') return { study: { ...study, proxy: { ...proxy, learningRate } } };
  const shape = { proxy, tokenizerHash: data.tokenizer.hash, steps: data.steps };
  const frozen = readFrozenRate(study.run.output, shape);
  if (frozen === undefined && options.train === false)
    throw new AssayError(subjectOf(study, options), 'its tiny learning rate has not been chosen yet', {
      fix:
        options.model === undefined
          ? 'Choose it with `assay rate`, or train: assay run.'
          : 'Train: assay run.',
    });
  const choice = frozen ?? (await studyRate(study, data, options)).choice;
  const whose = options.model === undefined ? '' : ` of ${options.model}`;
  options.listener?.stage(
    `learning rate${whose}: tiny is ${choice.learningRate}. ${choice.reasons.join(' ')}`,
  );
  return { study: { ...study, proxy: { ...proxy, learningRate: choice.learningRate } }, choice };
}

const subjectOf = (study: Study, { model }: RateOptions): string =>
  model === undefined ? `study "${study.name}"` : `model "${model}"`;

/** Terms at one point each as if they were of one: the largest curvature counts, as the largest gradient does. */
function joined(terms: readonly BoundTerms[]): BoundTerms {
  const sharpest = terms.reduce((a, b) => (b.lambdaMax > a.lambdaMax ? b : a));
  return {
    ...sharpest,
    streams: Object.assign({}, ...terms.map(({ streams }) => streams)),
    recipes: terms.flatMap(({ recipes }) => recipes),
  };
}
