/**
 * A small study with known effects, ranked by the real ranking: what the report tests draw.
 *
 * A recipe's loss on a domain = base + effect(recipe, domain) + noise of the seed + noise of the document, on a curve
 * that falls from ln(4096) as tokens^-0.5. Leaving a domain out costs 0.35 nats on it and gains 0.02 elsewhere.
 */
import { pick } from '../../src/pick.js';
import { Random } from '../../src/random.js';
import { rank } from '../../src/ranking/index.js';
import type {
  DocumentLosses,
  EvaluationMetric,
  Recipe,
  Report,
  RunResult,
  Study,
} from '../../src/records.js';
import { buildReport, type ReportInputs } from '../../src/report/index.js';

export interface Simulated {
  recipes?: string[];
  domains?: string[];
  seeds?: number;
  /** Standard deviation of a run's own noise, nats per token. */
  seedNoise?: number;
  /** Why a run of this recipe and seed failed. */
  failure?: (recipe: string, seed: number) => string | undefined;
  name?: string;
  text?: string;
  order?: 'paired' | 'independent';
  malformed?: number;
  unfinished?: ReportInputs['unfinished'];
  elimination?: ReportInputs['elimination'];
}

const domainNames = ['speeches', 'ham', 'spam', 'dictionary', 'licences', 'code'];
const recipeNames = ['natural', ...domainNames.map((name) => `no-${name}`), 'ham-heavy', 'spam-heavy'];
const [steps, batch, context, documents, evaluations] = [600, 16, 128, 40, 20];

export function simulateReport(options: Simulated = {}): Report {
  const { recipes = recipeNames, domains = domainNames, seeds = 3, seedNoise = 0.004 } = options;
  const random = Random.fromSeed('report');
  const runs = recipes.flatMap((recipe, r) =>
    Array.from({ length: seeds }, (_, seed) => {
      const failure = options.failure?.(recipe, seed);
      const noise = seedNoise * random.split('run', recipe, seed).normal();
      const final = domains.map((domain, d) => 3.2 + 0.3 * d + effect(recipe, r, domain) + noise);
      const measured = losses(domains, final, recipe, random);
      const ends = domains.map((domain) => meanLoss(measured[domain]!));
      const run: RunResult & { folder: string } = {
        id: `${recipe}-seed-${seed}`,
        folder: `/data/results/runs/${recipe}-seed-${seed}`,
        recipe,
        seed,
        steps,
        tokens: steps * batch * context,
        parameters: 1_234_944,
        seconds: 41,
        evaluations: curve(domains, ends, random.split('curve', recipe, seed)),
        documents: measured,
      };
      return failure === undefined ? run : { ...run, failure, evaluations: [], documents: {} };
    }),
  );
  const weights = Object.fromEntries(domains.map((domain) => [domain, 1 / domains.length]));
  const tokens = runs.length * steps * batch * context;
  return buildReport({
    study: studyOf(options, domains, seeds),
    assayVersion: '0.1.0',
    model: { parameters: 1_234_944, vocabularySize: 4096, steps },
    ranking: rank(runs, weights, random.split('rank'), { draws: 2000 }),
    runs,
    ...pick(options, 'unfinished', 'elimination'),
    recipes: recipes.map((recipe) => mixed(recipe, domains)),
    stores: domains.map((source, d) => ({
      corpus: {
        folder: `/data/results/corpus/${source}`,
        source,
        hash: 'd'.repeat(64),
        documents: 800 * (d + 1),
        bytes: 1_712_345 * (d + 1),
        columns: [],
        malformed: d === 0 ? (options.malformed ?? 0) : 0,
        malformedReasons: {},
        filtered: {},
      },
      store: {
        folder: `/data/results/tokens/${source}`,
        source,
        hash: 'a'.repeat(64),
        tokenizerHash: 'b'.repeat(64),
        tokenBytes: 2,
        documents: 800 * (d + 1),
        tokens: 412_345 * (d + 1),
      },
    })),
    selections: Object.fromEntries(
      recipes.map((recipe) => [
        recipe,
        Object.fromEntries(
          domains.map((source, d) => [
            source,
            {
              documents: 700 * (d + 1),
              tokens: 400_000 * (d + 1),
              dropped: [{ reason: 'held out', documents: 100 * (d + 1), tokens: 12_345 * (d + 1) }],
            },
          ]),
        ),
      ]),
    ),
    dropped: Object.fromEntries(domains.map((source, d) => [source, { 'held out': 12 + d, empty: d % 2 }])),
    evaluation: {
      hash: 'c'.repeat(64),
      context,
      domains: domains.map((name) => ({
        name,
        weight: 1 / domains.length,
        file: `${name}.bin`,
        documents: Array.from({ length: documents }, (_, i) => ({
          id: `${name}-${i}`,
          tokens: 300,
          bytes: 1260,
        })),
      })),
    },
    cost: { runs: runs.length, tokens, flops: tokens * 6 * 1_100_000, cpuSeconds: runs.length * 41 },
  });
}

/** Small differences between all recipes, so that neighbours are hard to tell apart. */
function effect(recipe: string, index: number, domain: string): number {
  const leftOut = /^no-(.*)$/.exec(recipe)?.[1];
  const taste = /^(.*)-heavy$/.exec(recipe)?.[1];
  const small = 0.0015 * index;
  if (leftOut === domain) return small + 0.35;
  if (leftOut !== undefined) return small - 0.02 - (leftOut === 'licences' ? 0.058 : 0);
  if (taste !== undefined) return small + (taste === domain ? -0.12 : 0.04);
  return small;
}

function curve(domains: string[], final: number[], random: Random): EvaluationMetric[] {
  return Array.from({ length: evaluations + 1 }, (_, i) => {
    const step = Math.round((steps * i) / evaluations);
    const rest = i === 0 ? 1 : i === evaluations ? 0 : 0.13 * (evaluations / i) ** 0.5 - 0.13;
    const wobble = i === 0 || i === evaluations ? 0 : 0.004 * random.normal();
    return {
      kind: 'evaluation',
      step,
      tokens: step * batch * context,
      domains: Object.fromEntries(
        domains.map((domain, d) => {
          const lossNats = final[d]! + rest * (Math.log(4096) - final[d]!) + wobble;
          return [domain, { lossNats, bitsPerByte: lossNats / Math.LN2 / 4.2 }];
        }),
      ),
    };
  });
}

function losses(
  domains: string[],
  final: number[],
  recipe: string,
  random: Random,
): Record<string, DocumentLosses> {
  return Object.fromEntries(
    domains.map((domain, d) => {
      const ids = Array.from({ length: documents }, (_, i) => `${domain}-${i}`);
      const difficulty = random.split('document', domain);
      const taste = random.split('taste', domain, recipe);
      const tokens = Float64Array.from(ids, () => 300);
      const lossSumNats = tokens.map(
        (count) => count * (final[d]! + 0.4 * difficulty.normal() + 0.02 * taste.normal()),
      );
      return [domain, { ids, lossSumNats, tokens, bytes: tokens.map((count) => 4.2 * count) }];
    }),
  );
}

function meanLoss({ lossSumNats, tokens }: DocumentLosses): number {
  const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
  return sum(lossSumNats) / sum(tokens);
}

function mixed(name: string, domains: string[]): Recipe {
  const taste = (domain: string) => (name === `no-${domain}` ? 0 : name === `${domain}-heavy` ? 4 : 1);
  const total = domains.reduce((sum, domain, d) => sum + taste(domain) * (d + 1), 0);
  const windows = steps * batch;
  return {
    name,
    sources: domains.flatMap((source, d) => {
      const share = (taste(source) * (d + 1)) / total;
      const whole = Math.round(share * windows);
      const availableWindows = Math.floor((412_345 * (d + 1)) / (context + 1));
      if (share === 0) return [];
      return [{ source, share, windows: whole, realisedShare: whole / windows, availableWindows, repeat: 1 }];
    }),
  };
}

function studyOf(
  { name = 'demo', text, order = 'paired' }: Simulated,
  domains: string[],
  seeds: number,
): Study<number> {
  return {
    name,
    file: '/data/study.yaml',
    text:
      text ??
      `study: ${name}\ntokenizer: { bpe: 4096 }\nsources:\n${domains.map((d) => `  ${d}: { path: data/${d}.jsonl }\n`).join('')}`,
    tokenizer: { bpe: 4096 },
    sources: {},
    parts: {},
    recipes: {},
    signals: { repetition: ['dclm'], language: false },
    languageModels: {},
    contamination: { benchmarks: [] },
    validate: {},
    compared: [],
    proxy: {
      name: '2x128',
      model: { family: 'gpt2', layers: 2, width: 128, heads: 4, mlpWidth: 512 },
      learningRate: 1e-3,
      tokens: { budget: steps * batch * context },
      batch,
      context,
      seeds,
      weightDecay: 0.1,
      beta1: 0.9,
      beta2: 0.95,
      epsilon: 1e-8,
      gradientClip: 1,
      stableShare: 0.66,
      order,
    },
    engine: { name: 'onnx' },
    run: {
      output: '/data/results',
      onMalformed: 'skip',
      keepOptimizer: false,
      checkpointSeconds: 5,
    },
  };
}
