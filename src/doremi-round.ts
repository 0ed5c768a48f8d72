/** A round of DoReMi: reference models on a mixture, then proxies whose weights of domains answer it. One of each a seed. */
import { join, relative } from 'node:path';
import { AssayError, ExitCode } from './errors.js';
import { type LocalOptions, type RunProgress, runLocally } from './executor/index.js';
import { DomainWeigher, type DoremiOptions } from './mixture/index.js';
import { resolveRecipes } from './recipe/index.js';
import type { ProxySpec, Recipe, Study } from './records.js';
import { mean, variance } from './stats/index.js';
import type { StudyData } from './study.js';
import type { StudyListener } from './study-listener.js';
import { prepareSetting, type SettingRun, settingThreads, studyOrders } from './study-runs.js';
import type { Setting } from './study-settings.js';
import { trainWeighted } from './train/index.js';

/** Shares of tokens by domain. */
export type Shares = Record<string, number>;

/** What stays the same from round to round. */
export interface DoremiProblem {
  study: Study<number>;
  data: StudyData;
  /** Meets the data of all domains; its selection of documents holds for every round. */
  reference: Recipe;
  options: DoremiOptions;
  listener: StudyListener;
  signal?: AbortSignal;
}

export interface DoremiRound {
  /** What the reference models were trained on. */
  reference: Shares;
  /** The answer: mean over seeds of the mean weights of a run. */
  mixture: Shares;
  /** Standard error of the mixture over seeds; absent for a single one. */
  standardError?: Shares;
  /** Largest change of a share from the reference. */
  largestChange: number;
  /** Relative to the folder of results. */
  runs: { seed: number; reference: string; weights: string; mixture: Shares }[];
}

/** @throws AssayError when a run fails, the data hold no window of a domain, or the signal was aborted */
export async function trainRound(
  problem: DoremiProblem,
  round: number,
  reference: Recipe,
): Promise<DoremiRound> {
  const { study, data, options, listener, signal } = problem;
  const { output } = study.run;
  const shares = Object.fromEntries(reference.sources.map(({ source, share }) => [source, share]));
  const domains = Object.keys(shares);

  // The reference: a plain run, of which `assay run` would make the same bits.
  listener.stage(`DoReMi round ${round}: reference on ${describe(shares)}`);
  const references = await prepare(problem, reference, study.proxy.order, output);
  await trainPlainly(problem, references);

  // The proxy: batches of fixed shares, in which tokens count by the weights of their domains. Its documents come in an
  // order of its own, so that what it meets is not all that the reference was trained on, in the same order.
  const sampling = options.sampling === 'uniform' ? mapValues(shares, () => 1 / domains.length) : shares;
  const batches = mixed(problem, `doremi-${options.sampling}`, sampling);
  noticeRepeats(batches, listener);
  const folder = join(output, 'doremi');
  const proxies = await prepare(problem, batches, 'independent', folder);
  const runs: DoremiRound['runs'] = [];
  for (const [seed, { folder: runFolder }] of proxies.entries()) {
    const id = `doremi-round-${round}-s${seed}`;
    listener.stage(`DoReMi round ${round}: proxy of seed ${seed}`);
    const weigher = new DomainWeigher(sampling, options, data.tokenizer.vocabularySize);
    const { lines } = await trainWeighted(
      {
        runFolder,
        referenceFolder: references[seed]!.folder,
        output: join(folder, 'proxies'),
        name: `round-${round}-s${seed}`,
        weigher,
        rule: { options, sampling },
      },
      {
        ...(signal && { signal }),
        checkpointSeconds: study.run.checkpointSeconds,
        onNotice: (message) => listener.notice(message),
        onProgress: (progress) => listener.training(inTurn({ ...progress, id }, seed, proxies.length, study)),
      },
    );
    runs.push({
      seed,
      reference: relative(output, references[seed]!.folder),
      weights: relative(output, lines),
      mixture: weigher.mean(),
    });
  }

  const over = (of: (values: number[]) => number): Shares =>
    mapValues(shares, (_, domain) => of(runs.map((run) => run.mixture[domain]!)));
  const mixture = over(mean);
  return {
    reference: shares,
    mixture,
    ...(runs.length > 1 && {
      standardError: over((values) => Math.sqrt(variance(values) / values.length)),
    }),
    largestChange: Math.max(...domains.map((domain) => Math.abs(mixture[domain]! - shares[domain]!))),
    runs,
  };
}

/** A recipe of these shares; windows repeat as often as the shares ask for. */
export function mixed({ study, data, reference }: DoremiProblem, name: string, shares: Shares): Recipe {
  const { batch, context } = study.proxy;
  const windows = data.steps * batch;
  const tokens = mapValues(data.selections[reference.name]!, (selection) => selection.tokens);
  const sources = Object.fromEntries(
    reference.sources.map(({ source, availableWindows }) => {
      const repeat = Math.max(1, Math.ceil(windows / Math.max(1, availableWindows)));
      return [source, { weight: shares[source]!, repeat, where: [] }];
    }),
  );
  return resolveRecipes({ [name]: { kind: 'shares', sources } }, { [name]: tokens }, windows, context)[0]!;
}

/** Run folders of a recipe, one a seed. */
async function prepare(
  { study, data, reference, signal }: DoremiProblem,
  recipe: Recipe,
  order: ProxySpec['order'],
  output: string,
): Promise<SettingRun[]> {
  const selections = { ...data.selections, [recipe.name]: data.selections[reference.name]! };
  const spec = { ...study.proxy, order };
  const setting: Setting = { ...data, spec, role: 'proxy', recipes: [recipe] };
  // As `assay run` would choose them, so that both make the same bits whichever comes first.
  const { recipes } = data;
  const whole = { ...setting, recipes, spec: { ...spec, seeds: data.study.proxy.seeds } };
  const threads = await settingThreads(study, data, whole);
  const orders = await studyOrders(study, { ...data, selections }, signal)(setting);
  const there = { ...study, run: { ...study.run, output } };
  return prepareSetting(there, data, setting, orders, threads, signal);
}

async function trainPlainly(
  { study, listener, signal }: DoremiProblem,
  runs: readonly SettingRun[],
): Promise<void> {
  const { workers, checkpointSeconds } = study.run;
  const local: LocalOptions = {
    folders: runs.map(({ folder }) => folder),
    ...(workers === undefined ? {} : { workers }),
    ...(signal && { signal }),
    checkpointSeconds,
    onProgress: (progress) => listener.training(progress),
    onNotice: (message) => listener.notice(message),
  };
  for (const outcome of await runLocally(local))
    if (outcome.status === 'failed')
      throw new AssayError('reference model', 'failed', {
        got: outcome.reason,
        exitCode: ExitCode.runsFailed,
      });
}

function noticeRepeats({ sources }: Recipe, listener: StudyListener): void {
  for (const { source, windows, availableWindows } of sources)
    if (windows > availableWindows) {
      const times = (windows / availableWindows).toPrecision(2);
      listener.notice(`DoReMi: batches hold each window of "${source}" ${times} times on average`);
    }
}

/** Proxies are trained one after the other. */
function inTurn(
  progress: { id: string; step: number; steps: number; tokensPerSecond: number; lossNats: number },
  ended: number,
  runs: number,
  { proxy: { batch, context } }: Study<number>,
): RunProgress {
  const { step, steps, tokensPerSecond } = progress;
  const secondsOf = (count: number): number => (count * batch * context) / tokensPerSecond;
  const done = step === steps;
  return {
    ...progress,
    status: done ? 'done' : 'running',
    secondsLeft: secondsOf(steps - step),
    overall: {
      ended: ended + (done ? 1 : 0),
      runs,
      secondsLeft: secondsOf(steps - step + (runs - ended - 1) * steps),
    },
  };
}

const describe = (shares: Shares): string =>
  Object.entries(shares)
    .map(([domain, share]) => `${domain} ${(100 * share).toFixed(1)} %`)
    .join(', ');

function mapValues<T, U>(record: Record<string, T>, map: (value: T, name: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
