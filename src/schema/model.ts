/** What a study may write as a model: a preset's name, or a family and its sizes. */
import { z } from 'zod';
import { type ModelPreset, modelPresets } from '../presets.js';
import type { ModelConfig } from '../records.js';

const says = (error: string) => ({ error });
const whole = says('a whole number of at least 1');
const count = z.int(whole).positive(whole);
const above0 = says('a number above 0');
const positive = z.number(above0).positive(above0);
const switchRule = says('true or false');

const families = ['gpt2', 'gpt-neox', 'opt', 'llama', 'gemma3'] as const satisfies ModelConfig['family'][];
type Family = (typeof families)[number];

const familyOf = <F extends Family>(family: F) =>
  z
    .literal(family, says(families.join(', ')))
    .describe(`Architecture: ${families.join(', ')}. Default: \`gpt2\`. Example: \`${family}\`.`)
    .meta({ examples: [family] });

/** An option with an example; the description says its default. */
const option = <S extends z.ZodType>(shape: S, description: string, example: unknown): z.ZodOptional<S> =>
  shape
    .optional()
    .describe(`${description} Example: \`${example}\`.`)
    .meta({ examples: [example] });

const sizes = {
  layers: count.describe('Transformer blocks. Example: `4`.').meta({ examples: [4] }),
  width: count.describe('Width of the residual stream. Example: `256`.').meta({ examples: [256] }),
  heads: count.describe('Attention heads; divides `width`. Example: `4`.').meta({ examples: [4] }),
};
const mlpWidth = option(count, 'Width of the MLP. Default: 4 × `width`.', 1024);
const gatedWidth = option(
  count,
  'Width of the gated MLP. Default: 8/3 × `width`, rounded up to a multiple of 8.',
  688,
);
const keyValueHeads = option(
  count,
  'Heads of keys and values; divides `heads`, and fewer is grouped-query attention. Default: `heads`.',
  2,
);
const rotaryBase = (value: number) =>
  option(positive, `Base of the rotary frequencies. Default: ${value}.`, value);

export const modelShape = z
  .union(
    [
      z.enum(Object.keys(modelPresets) as ModelPreset[]),
      z.strictObject({ family: familyOf('gpt2').default('gpt2'), ...sizes, mlpWidth }),
      z.strictObject({
        family: familyOf('gpt-neox'),
        ...sizes,
        mlpWidth,
        rotaryShare: option(
          positive.max(1, says('a share above 0 and at most 1')),
          "Share of each head's dimensions that rotate with the position. Default: 0.25.",
          0.25,
        ),
      }),
      z.strictObject({ family: familyOf('opt'), ...sizes, mlpWidth }),
      z.strictObject({
        family: familyOf('llama'),
        ...sizes,
        keyValueHeads,
        mlpWidth: gatedWidth,
        tied: option(
          z.boolean(switchRule),
          'Whether the projection to the vocabulary is the embedding table. Default: `false`.',
          true,
        ),
        rotaryBase: rotaryBase(10_000),
        normEpsilon: option(positive, 'Added to the mean square in norms. Default: 1e-5.', 1e-5),
      }),
      z.strictObject({
        family: familyOf('gemma3'),
        ...sizes,
        keyValueHeads,
        headSize: option(count, 'Dimensions of a head. Default: `width` / `heads`.', 64),
        mlpWidth: gatedWidth,
        queryScalar: option(
          positive,
          'Attention scores are divided by its root. Default: the size of a head.',
          64,
        ),
        window: option(count, 'Positions that local layers see. Default: 512.', 512),
        globalEvery: option(
          count,
          'Every n-th layer sees all positions; the others are local. Default: 6.',
          6,
        ),
        rotaryBase: rotaryBase(1_000_000),
        localRotaryBase: rotaryBase(10_000),
      }),
    ],
    says(`${Object.keys(modelPresets).join(', ')} or { layers: 4, width: 256, heads: 4 }`),
  )
  .describe(
    'The model that every run trains: a preset or its sizes. Example: `{ layers: 4, width: 256, heads: 4 }`.',
  )
  .meta({
    id: 'model',
    examples: [
      'gpt2-small',
      { layers: 4, width: 256, heads: 4 },
      { family: 'llama', layers: 4, width: 256, heads: 4 },
    ],
  });

export type ModelFile = z.output<typeof modelShape>;

/** The configuration with every default filled in. */
export function modelConfigOf(model: ModelFile): ModelConfig {
  if (typeof model === 'string') return { ...modelPresets[model] };
  const { width, heads } = model;
  const plain = model.mlpWidth ?? 4 * width;
  const gated = model.mlpWidth ?? 8 * Math.ceil(width / 3);
  switch (model.family) {
    case 'gpt2':
      return { ...model, mlpWidth: plain };
    case 'gpt-neox':
      return { ...model, mlpWidth: plain, rotaryShare: model.rotaryShare ?? 0.25 };
    case 'opt':
      return { ...model, mlpWidth: plain, embeddingWidth: width, normFirst: true };
    case 'llama':
      return {
        ...model,
        keyValueHeads: model.keyValueHeads ?? heads,
        mlpWidth: gated,
        tied: model.tied ?? false,
        rotaryBase: model.rotaryBase ?? 10_000,
        normEpsilon: model.normEpsilon ?? 1e-5,
      };
    case 'gemma3': {
      const headSize = model.headSize ?? width / heads;
      return {
        ...model,
        keyValueHeads: model.keyValueHeads ?? heads,
        headSize,
        mlpWidth: gated,
        queryScalar: model.queryScalar ?? headSize,
        window: model.window ?? 512,
        globalEvery: model.globalEvery ?? 6,
        rotaryBase: model.rotaryBase ?? 1_000_000,
        localRotaryBase: model.localRotaryBase ?? 10_000,
      };
    }
    default:
      return model satisfies never;
  }
}
