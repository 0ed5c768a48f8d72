/** The shape of a recipe: which sources, in which shares, and which of their documents. */
import { z } from 'zod';
import { type RepetitionPreset, repetitionThresholds } from '../../presets.js';
import { count, name, says, share, shareRule } from '../values.js';
import { stagesShape } from './stages.js';

/** Options of a recipe that stand among the names of its sources. */
export const reservedWords = ['from', 'without', 'where', 'repetition', 'threshold', 'stages'] as const;

const namesRule = says('the name of a source or a list of names');
const names = z.union([name, z.array(name).min(1)], namesRule);

const whereRule = says('an SQL condition such as "words >= 50", or a list of them');
const condition = z.string(whereRule).min(1, whereRule);
export const where = z
  .union([condition, z.array(condition).min(1)], whereRule)
  .describe(
    'Which documents are kept: SQL over the signals of docs/signals.md and the columns of the source. A document for ' +
      'which it is not true is dropped, and counted under the part (between ANDs) that dropped it. ' +
      'Default: all documents. Example: `dup_5gram_chars <= 0.08 AND words >= 50`.',
  )
  .meta({ examples: ['dup_5gram_chars <= 0.08 AND words >= 50'] });

const presets = Object.keys(repetitionThresholds) as RepetitionPreset[];
const repetition = z
  .enum(presets, says(presets.join(', ')))
  .optional()
  .describe(
    'Thresholds of the 13 repetition signals by their name in the paper (docs/signals.md lists them): a document is ' +
      `dropped if any of them is exceeded. ${presets.join(', ')}. Default: none. Example: \`GS\`.`,
  )
  .meta({ examples: ['GS'] });

const sourceEntry = z.strictObject({
  weight: share
    .optional()
    .describe(
      'Share of the training tokens, between 0 and 1. Default: in proportion to the tokens that are kept, if no source ' +
        'of the recipe has a weight. Example: `0.7`.',
    )
    .meta({ examples: [0.7] }),
  where: where.optional(),
  repetition,
  repeat: count
    .optional()
    .describe('How many times a window of this source may be used at most. Default: 1. Example: `2`.')
    .meta({ examples: [2] }),
});

const limitsRule = says('a number or a list of numbers such as [0.15, 0.1, 0.05]');
const limits = z.union([z.number(limitsRule), z.array(z.number(limitsRule)).min(1)], limitsRule);
const threshold = z
  .strictObject(
    {
      column: z
        .string(says('the name of a signal'))
        .describe('The signal that is limited. Example: `dup_5gram_chars`.')
        .meta({ examples: ['dup_5gram_chars'] }),
      atMost: limits
        .optional()
        .describe('Largest values to try. Default: none; this or `atLeast`. Example: `[0.15, 0.1, 0.05]`.')
        .meta({ examples: [[0.15, 0.1, 0.05]] }),
      atLeast: limits
        .optional()
        .describe('Smallest values to try. Default: none; this or `atMost`. Example: `[50, 100]`.')
        .meta({ examples: [[50, 100]] }),
      sources: names
        .optional()
        .describe('Sources that are limited. Default: all of the recipe. Example: `[web]`.')
        .meta({ examples: [['web']] }),
    },
    says('{ column: dup_5gram_chars, atMost: [0.15, 0.1, 0.05] }'),
  )
  .optional()
  .describe(
    'One recipe for each value, named after it: `strict` with `atMost: [0.1, 0.05]` becomes `strict-0.1` and ' +
      '`strict-0.05`. Default: one recipe. Example: `{ column: dup_5gram_chars, atMost: [0.15, 0.1, 0.05] }`.',
  )
  .meta({ examples: [{ column: 'dup_5gram_chars', atMost: [0.15, 0.1, 0.05] }] });

const recipeOptions = z
  .strictObject({
    from: name
      .optional()
      .describe(
        'Another recipe to start from. What is given here goes before what it gives, source by source; conditions are ' +
          'added to its conditions. Default: none. Example: `all`.',
      )
      .meta({ examples: ['all'] }),
    without: names
      .optional()
      .describe(
        'Sources to leave out; the rest keep their proportions. Default: none. Example: `web` or `[web, code]`.',
      )
      .meta({ examples: ['web', ['web', 'code']] }),
    where: where.optional(),
    repetition,
    threshold,
    stages: stagesShape,
  })
  .catchall(
    z
      .union([share, sourceEntry], shareRule)
      .describe(
        'What is taken from this source: its share of the training tokens, or `{ weight, where, repetition, repeat }`. ' +
          'Example: `0.7`.',
      )
      .meta({ examples: [0.7, { weight: 0.7, where: 'words >= 50', repeat: 2 }] }),
  );

export const recipeShape = z
  .union(
    [z.literal('natural'), recipeOptions],
    says('natural, { without: source } or token shares such as { web: 0.7, code: 0.3 }'),
  )
  .describe(
    'A candidate: `natural` (all sources, in proportion to their tokens), `{ without: web }` (the same without some), ' +
      'or sources with token shares that add up to 1, and conditions on their documents. ' +
      'Example: `{ web: 0.7, code: 0.3 }`.',
  )
  .meta({
    examples: [
      'natural',
      { without: 'web' },
      { web: 0.7, code: 0.3 },
      { web: { weight: 0.7, where: 'words >= 50' }, code: 0.3 },
      { from: 'all', repetition: 'GS' },
    ],
  });

export type RecipeFile = z.output<typeof recipeShape>;
export type RecipeOptions = Exclude<RecipeFile, 'natural'>;
export type SourceEntry = z.output<typeof sourceEntry>;
