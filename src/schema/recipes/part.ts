/** The shape of a part of a source: documents that recipes may name as if they were a source of their own. */
import { z } from 'zod';
import { name, says } from '../values.js';
import { where } from './shape.js';

export const partShape = z.strictObject(
  {
    of: name
      .describe('The source whose documents these are; their text and tokens are kept once. Example: `web`.')
      .meta({ examples: ['web'] }),
    where: where.describe(
      'SQL over the signals and columns of the source: a document for which it is true belongs to the part. ' +
        "Example: `perplexity_wiki_part = 'tail'`.",
    ),
  },
  says('a part such as { of: web, where: "language = \'en\'" }'),
);
