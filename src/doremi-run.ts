/**
 * The journey of `assay doremi`: the shares of a study's sources that DoReMi gives (arXiv 2305.10429). It goes on from
 * `prepareData`, and all that it trains lies in the folder of results, so a second call does no work twice.
 */
import { join } from 'node:path';
import { type DoremiRound, trainRound } from './doremi-round.js';
import { type DoremiProblem, mixed, type Shares } from './doremi-runs.js';
import { AssayError, ExitCode } from './errors.js';
import { checkDoremi, type DoremiOptions } from './mixture/index.js';
import { flopsPerToken } from './model/index.js';
import type { RecipeSpec, Study } from './records.js';
import { writeJson } from './store/index.js';
import { prepareData } from './study.js';
import { type StudyListener, silentListener } from './study-listener.js';

export interface DoremiRunOptions {
  doremi: DoremiOptions;
  /** Recipe that says the domains, their documents, and the reference mixture. Default: all sources, as their tokens lie. */
  reference?: string;
  /** Peak rate of all runs. Default: the study's, where it is a number. */
  learningRate?: number;
  /** References and proxies a round; the answer is their mean. Default 1. */
  seeds?: number;
  /** Rounds at most: each takes the answer of the one before as its reference mixture. Default 1. */
  rounds?: number;
  /** Rounds end when no share changes by more. Default 0.001, as in the paper. */
  tolerance?: number;
  signal?: AbortSignal;
  listener?: StudyListener;
}

/** `doremi/proposal.json`, which `assay export` reads. */
export interface DoremiProposal {
  method: 'doremi';
  study: string;
  /** Shares of tokens: the answer of the last round. */
  mixture: Shares;
  /** Over seeds; absent for a single one. */
  standardError?: Shares;
  /** Recipe of the first round's reference, and its shares. */
  reference: string;
  prior: Shares;
  /** Tokens that there are of each domain. */
  supplyTokens: Shares;
  options: DoremiOptions;
  rounds: DoremiRound[];
  cost: { tokens: number; flops: number };
}

/**
 * @returns the proposal, and the file that holds it
 * @throws AssayError when the study does not say what is needed, or as `prepareData` and `trainRound`
 */
export async function runDoremi(
  asked: Study,
  options: DoremiRunOptions,
): Promise<{ proposal: DoremiProposal; file: string }> {
  const { doremi, seeds = 1, rounds: most = 1, tolerance = 1e-3 } = options;
  const { signal, listener = silentListener } = options;

  // Domains are the sources of the reference recipe, with the documents that it selects of them.
  const [name, spec] = referenceOf(asked, options.reference);
  requireOwnEngine(asked);
  checkDoremi(doremi);
  const learningRate = rateOf(asked, options.learningRate);
  const recipes = { ...asked.recipes, [name]: spec };
  const data = await prepareData({ ...asked, recipes, compared: [] }, options);
  const proxy = { ...data.study.proxy, seeds, learningRate };
  const reference = data.recipes.find((recipe) => recipe.name === name)!;
  if (reference.sources.length < 2)
    throw new AssayError(`recipe "${name}"`, 'DoReMi needs two domains or more', {
      got: `${reference.sources.length}`,
      exitCode: ExitCode.study,
    });
  const study: Study<number> = { ...data.study, proxy };
  const problem: DoremiProblem = {
    study,
    data,
    reference,
    options: doremi,
    listener,
    ...(signal && { signal }),
  };

  // Rounds. A better reference makes a better question: what it cannot learn from its own mixture no longer counts.
  const rounds: DoremiRound[] = [];
  let mixture = reference;
  do {
    rounds.push(await trainRound(problem, rounds.length + 1, mixture));
    mixture = mixed(problem, `doremi-reference-${rounds.length + 1}`, rounds.at(-1)!.mixture);
  } while (rounds.length < most && rounds.at(-1)!.largestChange >= tolerance);

  const last = rounds.at(-1)!;
  const tokens = rounds.length * seeds * data.steps * proxy.batch * proxy.context;
  const proposal: DoremiProposal = {
    method: 'doremi',
    study: study.name,
    mixture: last.mixture,
    ...(last.standardError && { standardError: last.standardError }),
    reference: name,
    prior: rounds[0]!.reference,
    supplyTokens: Object.fromEntries(
      reference.sources.map(({ source }) => [source, data.selections[name]![source]!.tokens]),
    ),
    options: doremi,
    rounds,
    // A proxy takes two forward passes more than a reference, each a third of what training takes.
    cost: { tokens: 2 * tokens, flops: (2 + 2 / 3) * tokens * flopsPerToken(data.model) },
  };
  const file = join(study.run.output, 'doremi', 'proposal.json');
  await writeJson(file, proposal);
  return { proposal, file };
}

/** The recipe asked for; else the study's own that takes all sources as they lie, or one like it. */
function referenceOf({ recipes, sources }: Study, asked: string | undefined): [string, RecipeSpec] {
  if (asked !== undefined) {
    const spec = Object.hasOwn(recipes, asked) ? recipes[asked]! : undefined;
    if (spec !== undefined && spec.stages === undefined) return [asked, spec];
    throw new AssayError(
      `reference "${asked}"`,
      spec ? 'its shares change over training' : 'no such recipe',
      {
        expected: `one of ${Object.keys(recipes).join(', ')}`,
        exitCode: ExitCode.usage,
      },
    );
  }
  const names = Object.keys(sources);
  const own = Object.entries(recipes).find(
    ([, { kind, sources: taken }]) =>
      kind === 'natural' &&
      Object.keys(taken).length === names.length &&
      Object.entries(taken).every(([name, { where }]) => names.includes(name) && where.length === 0),
  );
  const everything = Object.fromEntries(names.map((name) => [name, { repeat: 1, where: [] }]));
  return own ?? ['as-it-lies', { kind: 'natural', sources: everything }];
}

function requireOwnEngine({ name, engine }: Study): void {
  if (engine.name === 'onnx') return;
  throw new AssayError(
    `study "${name}"`,
    'DoReMi weighs tokens in every step, which only the engine inside Assay can',
    {
      expected: '`engine: onnx`',
      got: `\`engine: ${engine.name}\``,
      exitCode: ExitCode.study,
    },
  );
}

/** DoReMi compares how well models have learned, so a rate that is tiny on purpose would say little. */
function rateOf({ name, proxy }: Study, asked: number | undefined): number {
  const rate = asked ?? proxy.learningRate;
  if (rate !== 'tiny') return rate;
  throw new AssayError(`study "${name}"`, 'DoReMi needs a learning rate that trains well, not a tiny one', {
    fix: 'Give one: --learning-rate 1e-3. `assay rate` finds it, as "tuned".',
    exitCode: ExitCode.usage,
  });
}
