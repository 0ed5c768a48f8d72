/** Successive elimination in a study file: `eliminate: { keep: 3, confidence: 0.95 }`. */
import { z } from 'zod';
import { count, says } from './values.js';

const confidenceRule = says('a number between 0.5 and 1, such as 0.95');

export const eliminateShape = z
  .strictObject(
    {
      keep: count
        .default(3)
        .describe(
          'How many of the best recipes are looked for: as many are trained to the end at least. Default: 3. Example: `3`.',
        )
        .meta({ examples: [3] }),
      confidence: z
        .number(confidenceRule)
        .gt(0.5, confidenceRule)
        .lt(1, confidenceRule)
        .default(0.95)
        .describe(
          'Of the best `keep` recipes, a share of at most 1 − confidence may be expected to be stopped. Default: 0.95. ' +
            'Example: `0.95`.',
        )
        .meta({ examples: [0.95] }),
    },
    says('settings such as { keep: 3, confidence: 0.95 }'),
  )
  .optional()
  .describe(
    'Stop the runs of recipes that cannot be among the best any more, after 20 %, 30 %, 45 % and 65 % of the training of ' +
      'the proxy. Needs at least 2 seeds. Default: every run is trained to its end. Example: `{ keep: 3, confidence: 0.95 }`.',
  )
  .meta({ examples: [{ keep: 3, confidence: 0.95 }] });
