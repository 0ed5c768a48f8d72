/** The shapes of what is measured beside the default signals: profiles, language, language models, contamination. */
import { z } from 'zod';
import { paths } from './source.js';
import { name, says, switchRule } from './values.js';

const profileRule = says('dclm, datatrove or dolma, or a list of them');
const profile = z.enum(['dclm', 'datatrove', 'dolma'], profileRule);

export const signalsShape = z
  .strictObject(
    {
      repetition: z
        .union([profile, z.array(profile).min(1)], profileRule)
        .default('dclm')
        .describe(
          'Profiles of the repetition measurements. Those that a condition names are added. Default: `dclm`. ' +
            'Example: `[dclm, datatrove]`.',
        )
        .meta({ examples: [['dclm', 'datatrove']] }),
      language: z
        .boolean(switchRule)
        .default(false)
        .describe(
          'Whether the language of every document is detected; it is when a condition names `language`. Default: false. ' +
            'Example: `true`.',
        )
        .meta({ examples: [true] }),
    },
    says('signals such as { language: true }'),
  )
  .prefault({})
  .describe('Signals to measure beyond the default ones; docs/signals.md lists all.');

const modelRule = says('{ train: source } or { path: model.arpa }');
const sources = z.union([name, z.array(name).min(1)], says('the name of a source or a list of names'));
const orderRule = says('a whole number from 2 to 10');
const modelNameRule = says('small letters, digits and _, beginning with a letter');
/** Part of the names of its signals. */
const modelName = z.string(modelNameRule).regex(/^[a-z][a-z0-9_]{0,39}$/, modelNameRule);

export const languageModelsShape = z
  .record(
    modelName,
    z.union(
      [
        z.strictObject({
          train: sources
            .describe('Sources whose documents the model is trained on. Example: `[dictionary, prose]`.')
            .meta({ examples: [['dictionary', 'prose']] }),
          order: z
            .int(orderRule)
            .min(2, orderRule)
            .max(10, orderRule)
            .default(5)
            .describe('Longest n-gram, in words. Default: 5. Example: `3`.')
            .meta({ examples: [3] }),
        }),
        z.strictObject({
          path: z
            .string(says('a path'))
            .min(1, says('a path'))
            .describe('A model that `assay lm train` wrote, or an ARPA file. Example: `wiki.arpa`.')
            .meta({ examples: ['wiki.arpa'] }),
        }),
      ],
      modelRule,
    ),
  )
  .default({})
  .describe(
    'N-gram language models by name (modified Kneser-Ney). Model NAME gives every document the signals ' +
      '`perplexity_NAME`, `perplexity_NAME_percentile` and `perplexity_NAME_part` (head, middle, tail). ' +
      'Default: none. Example: `{ reference: { train: [dictionary, prose] } }`.',
  )
  .meta({ examples: [{ reference: { train: ['dictionary', 'prose'] } }] });

const maximumRule = says('a share of words from 0 to 1, or off');

export const contaminationShape = z
  .strictObject(
    {
      maximum: z
        .union([z.number().min(0, maximumRule).max(1, maximumRule), z.literal('off')], maximumRule)
        .default(0)
        .describe(
          'A document is not trained on when a larger share of its words lies inside 13-grams that also occur in ' +
            'validation sources or benchmarks; `off`: it is measured only. Default: 0. Example: `0.1`.',
        )
        .meta({ examples: [0.1, 'off'] }),
      benchmarks: paths
        .optional()
        .describe(
          'Files that must not be in the training data, JSON Lines or plain text. Default: none. Example: `bench/*.jsonl`.',
        )
        .meta({ examples: ['bench/*.jsonl'] }),
    },
    says('settings such as { maximum: 0.1 }'),
  )
  .prefault({})
  .describe('What counts as a copy of what models are judged by, and is left out of training.');
