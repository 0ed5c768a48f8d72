/**
 * The shape of a model that a study trains: the proxy, and in the same words every further proxy and target.
 *
 * The first proxy has defaults; the others take from it what they do not say.
 */
import { z } from 'zod';
import { modelShape } from './model.js';
import { sweepShape } from './sweep.js';
import { count, name, nonNegative, positive, says, tokenCount } from './values.js';

const rateRule = says('a number above 0, such as 1e-5, or tiny');
const betaRule = says('a number of at least 0 and below 1');
const beta = z.number(betaRule).min(0, betaRule).lt(1, betaRule);

const fields = {
  name: name
    .optional()
    .describe('What reports call the model. Default: its preset, or layers and width. Example: `small`.')
    .meta({ examples: ['small'] }),
  model: modelShape,
  learningRate: z
    .union([z.number(rateRule).positive(rateRule), z.enum(['tiny'])], rateRule)
    .describe(
      'Peak learning rate. `tiny` is chosen by short runs before the others: a tenth of the tuned standard rate of ' +
        'this model, kept where a run learns more than word frequencies; `assay rate` explains it. ' +
        'Example: `tiny` or `1e-3`.',
    )
    .meta({ examples: ['tiny', 1e-3] }),
  tokens: tokenCount
    .optional()
    .describe(
      'Training tokens of a run, rounded up to whole steps. This or `tokensPerParameter`. Example: `1.5M`.',
    )
    .meta({ examples: ['1.5M', 1000000] }),
  tokensPerParameter: positive
    .optional()
    .describe('Training tokens per parameter, embeddings counted. This or `tokens`. Example: `20`.')
    .meta({ examples: [20] }),
  batch: count
    .default(128)
    .describe('Windows per optimizer step. Default: 128. Example: `32`.')
    .meta({ examples: [32] }),
  context: count
    .default(1024)
    .describe('Tokens predicted per window. Default: 1024. Example: `128`.')
    .meta({ examples: [128] }),
  seeds: count
    .default(3)
    .describe('Runs per recipe, each with its own initial weights and order. Default: 3. Example: `2`.')
    .meta({ examples: [2] }),
  weightDecay: nonNegative
    .default(0.1)
    .describe('Decoupled weight decay of the matrices. Default: 0.1. Example: `0.01`.')
    .meta({ examples: [0.01] }),
  beta1: beta
    .default(0.9)
    .describe("Decay of Adam's first moment. Default: 0.9. Example: `0.9`.")
    .meta({ examples: [0.9] }),
  beta2: beta
    .default(0.999)
    .describe("Decay of Adam's second moment. Default: 0.999. Example: `0.95`.")
    .meta({ examples: [0.95] }),
  epsilon: positive
    .default(1e-8)
    .describe("Adam's epsilon. Default: 1e-8. Example: `1e-8`.")
    .meta({ examples: [1e-8] }),
  gradientClip: positive
    .default(1)
    .describe('Largest global L2 norm of the gradient. Default: 1. Example: `1`.')
    .meta({ examples: [1] }),
  warmupSteps: z
    .int(says('a whole number of at least 0'))
    .nonnegative(says('a whole number of at least 0'))
    .optional()
    .describe('Steps of linear warm-up. Default: 10 % of the steps, at most 2000. Example: `200`.')
    .meta({ examples: [200] }),
  stableShare: z
    .number(says('a share of the steps between 0 and 1'))
    .min(0, says('a share of the steps between 0 and 1'))
    .max(1, says('a share of the steps between 0 and 1'))
    .default(0.66)
    .describe(
      'Share of all steps at the peak rate after warm-up; then linear decay to 0. Default: 0.66. Example: `0.8`.',
    )
    .meta({ examples: [0.8] }),
  order: z
    .enum(['paired', 'independent'], says('paired or independent'))
    .default('paired')
    .describe(
      '`paired`: recipes meet shared documents in the same order, so that differences are sharper; ' +
        '`independent`: each recipe has its own order. Default: `paired`. Example: `independent`.',
    )
    .meta({ examples: ['independent'] }),
  evaluateEvery: count
    .optional()
    .describe('Steps between validations. Default: 10 validations, evenly spaced. Example: `50`.')
    .meta({ examples: [50] }),
  evaluationTokens: tokenCount
    .optional()
    .describe(
      'Validation tokens per domain. Default: as many as keep validation under 15 % of a run. Example: `20k`.',
    )
    .meta({ examples: ['20k'] }),
  microBatch: count
    .optional()
    .describe(
      'Windows computed at once; divides `batch`. Default: chosen from a memory budget. Example: `8`.',
    )
    .meta({ examples: [8] }),
  alignmentEvery: count
    .optional()
    .describe(
      'Steps between measurements of how far the gradient of training points where the validation loss falls: a ' +
        'second ranking of the recipes. Every 10 steps costs about 7 % of the time. Default: not measured. ' +
        'Example: `10`.',
    )
    .meta({ examples: [10] }),
  sweep: sweepShape,
};

const proxyRule = says(
  'the proxy, such as { model: gpt2-small, learningRate: 1e-5, tokensPerParameter: 20 }',
);
export const proxyShape = z
  .strictObject(fields, proxyRule)
  .describe('The small model that is trained once per recipe and seed, and how.');

type Fields = typeof fields;
type Further = {
  [K in keyof Fields]: K extends 'model' ? Fields[K] : z.ZodOptional<z.ZodType<z.output<Fields[K]>>>;
};

/** What no model takes from another: it depends on the model's size or length, or is its own by nature. */
export const ownOptions: readonly string[] = [
  ...['name', 'model', 'sweep'],
  ...['warmupSteps', 'evaluateEvery', 'microBatch'],
];

/** Another model: what it does not say is as in the first proxy. */
function further(rule: string, otherwise: Record<string, string> = {}) {
  const shape = Object.entries(fields).map(([key, field]): [string, z.ZodType] => [
    key,
    ownOptions.includes(key) ? field : withoutDefault(field, otherwise[key] ?? "the first proxy's"),
  ]);
  return z.strictObject(Object.fromEntries(shape) as unknown as Further, says(rule));
}

function withoutDefault(field: z.ZodType, instead: string): z.ZodType {
  const bare = field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
  const optional = bare instanceof z.ZodOptional ? bare : bare.optional();
  const { description = '', ...meta } = field.meta() ?? {};
  const [meaning, example] = description.split(/(?:Default: .*?)?(?=Example:)/s);
  return optional.describe(`${meaning}Default: ${instead}. ${example}`).meta(meta);
}

/** Another proxy. */
export const furtherProxyShape = further('another proxy, such as { model: pythia-70m }').describe(
  'Another model that ranks the recipes; it takes from the first proxy what it does not say.',
);

export const targetShape = further(
  'a target, such as { model: gpt2-large, sweep: { learningRate: [1e-4, 3e-4, 1e-3] } }',
  { learningRate: 'none; it or a sweep of rates is needed', seeds: '1' },
).describe(
  'A model that the recipes are meant for, tuned for each of them by its sweep: it shows how far the proxies can be ' +
    'trusted. It takes from the first proxy what it does not say, but for rate and seeds.',
);

export const proxiesShape = z
  .union(
    [proxyShape, z.tuple([proxyShape], proxyRule).rest(furtherProxyShape)],
    says('a proxy, or a list of proxies'),
  )
  .describe(
    'The small model that ranks the recipes, or a list of them: the first one decides, the others show whether its ' +
      'ranking depends on the model. Example: `{ model: gpt2-small, learningRate: tiny, tokensPerParameter: 20 }`.',
  );

export const targetsShape = z
  .union([targetShape, z.array(targetShape).min(1)], says('a target, or a list of targets'))
  .optional()
  .describe(
    'Trained only to measure how well the ranking carries over. Example: ' +
      '`{ model: gpt2-large, sweep: { learningRate: [1e-4, 3e-4, 1e-3] } }`.',
  )
  .meta({ examples: [{ model: 'gpt2-large', sweep: { learningRate: [1e-4, 3e-4, 1e-3] } }] });

export type ProxyFile = z.output<typeof proxyShape>;
export type FurtherFile = z.output<typeof furtherProxyShape>;
