/** A round of DoReMi: reference models on a mixture, then proxies whose weights of domains answer it. One of each a seed. */
import { join, relative } from 'node:path';
import {
  type DoremiProblem,
  mixed,
  noticeRepeats,
  prepareRecipe,
  type Shares,
  trainPlainly,
} from './doremi-runs.js';
import type { RunProgress } from './executor/index.js';
import { mapValues } from './map-values.js';
import { DomainWeigher } from './mixture/index.js';
import type { Recipe, Study } from './records.js';
import { mean, variance } from './stats/index.js';
import { trainWeighted } from './train/index.js';

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
  const references = await prepareRecipe(problem, reference, study.proxy.order, output);
  await trainPlainly(problem, references);

  // The proxy: batches of fixed shares, in which tokens count by the weights of their domains. Its documents come in an
  // order of its own, so that what it meets is not all that the reference was trained on, in the same order.
  const sampling = options.sampling === 'uniform' ? mapValues(shares, () => 1 / domains.length) : shares;
  const batches = mixed(problem, `doremi-${options.sampling}`, sampling);
  noticeRepeats(batches, listener);
  const folder = join(output, 'doremi');
  const proxies = await prepareRecipe(problem, batches, 'independent', folder);
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
