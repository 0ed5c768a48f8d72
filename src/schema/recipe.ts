/** The shape of a recipe: which sources, in which shares. */
import { z } from 'zod';
import { count, name, says, share, shareRule } from './values.js';

const without = z
  .union([name, z.array(name).min(1)], says('the name of a source or a list of names'))
  .describe('Sources to leave out; the rest keep their natural proportions. Example: `web` or `[web, code]`.')
  .meta({ examples: ['web', ['web', 'code']] });
const weightedShare = z.strictObject({
  weight: share
    .describe('Share of the training tokens, between 0 and 1. Example: `0.7`.')
    .meta({ examples: [0.7] }),
  repeat: count
    .default(1)
    .describe('How many times a window of this source may be used at most. Default: 1. Example: `2`.')
    .meta({ examples: [2] }),
});
export const recipeShape = z
  .union(
    [
      z.literal('natural'),
      z.strictObject({ without }),
      z.record(
        name,
        z
          .union([share, weightedShare], shareRule)
          .describe('Share of the training tokens, or `{ weight, repeat }`. Example: `0.7`.')
          .meta({ examples: [0.7, { weight: 0.7, repeat: 2 }] }),
      ),
    ],
    says('natural, { without: source } or token shares such as { web: 0.7, code: 0.3 }'),
  )
  .describe(
    'A candidate: `natural` (shares as the tokens lie), `{ without: web }` (the same without some sources), or ' +
      'token shares that add up to 1. Example: `{ web: 0.7, code: 0.3 }`.',
  )
  .meta({ examples: ['natural', { without: 'web' }, { web: 0.7, code: 0.3 }] });
