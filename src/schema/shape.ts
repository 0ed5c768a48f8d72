/**
 * The shape of a study file: every option with its meaning, unit, default and an example.
 *
 * This is the one definition: it checks studies, gives the defaults, and is exported as `assay.schema.json`.
 * Error texts are what was expected instead, as a noun phrase. What needs two options to judge (a recipe that
 * names a source) is in `cross-checks.ts`.
 */
import { z } from 'zod';
import { budgetShape } from './budget.js';
import { eliminateShape } from './eliminate.js';
import { engineShape } from './engine.js';
import { percentPattern } from './quantities.js';
import { partShape } from './recipes/part.js';
import { recipeShape } from './recipes/shape.js';
import { contaminationShape, languageModelsShape, signalsShape } from './signals.js';
import { sourceFields, sourceShape } from './source.js';
import { tokenizerShape } from './tokenizer.js';
import { proxiesShape, targetsShape } from './trained-model.js';
import { count, name, nonNegative, says, switchRule } from './values.js';

const weight = nonNegative
  .default(1)
  .describe(
    'Weight in the objective, relative to the other domains; 0: only reported. Default: 1. Example: `2`.',
  )
  .meta({ examples: [2] });
const holdoutRule = says('a share between 0 and 1, such as 0.5 % or 0.005');
export const validationShape = z
  .union(
    [
      z.strictObject({ ...sourceFields, weight }),
      z.strictObject({
        holdout: z
          .union(
            [
              z.number(holdoutRule).positive(holdoutRule).lt(1, holdoutRule),
              z.string().regex(percentPattern, holdoutRule),
            ],
            holdoutRule,
          )
          .describe(
            'Share of the documents of `of` to hold out, chosen by hash of content; exact copies go with them, ' +
              'in every source. Example: `0.5 %` or `0.005`.',
          )
          .meta({ examples: ['0.5 %', 0.005] }),
        of: name.describe('The source to hold out from. Example: `code`.').meta({ examples: ['code'] }),
        weight,
      }),
    ],
    says('{ path: data/valid.jsonl } or { holdout: 0.5 %, of: source }'),
  )
  .describe(
    'What a domain is validated on: documents of its own (`path`), or a held-out share of a source. ' +
      'Example: `{ holdout: 0.5 %, of: code, weight: 1 }`.',
  )
  .meta({
    examples: [
      { path: 'data/wiki.jsonl', weight: 1 },
      { holdout: '0.5 %', of: 'code' },
    ],
  });

export const runShape = z
  .strictObject(
    {
      output: z
        .string(says('a folder'))
        .min(1, says('a folder'))
        .optional()
        .describe(
          'Folder of results, relative to the study file. Default: `results/<study>`. Example: `results`.',
        )
        .meta({ examples: ['results'] }),
      workers: count
        .optional()
        .describe('Runs at once. Default: as many as have cores and memory of their own. Example: `2`.')
        .meta({ examples: [2] }),
      threads: count
        .optional()
        .describe(
          'Threads of one run. Changing it changes the last bits of the results, so every run is trained again. Default: 1, more where there are more cores than runs; chosen at the first start. Example: `2`.',
        )
        .meta({ examples: [2] }),
      onMalformed: z
        .enum(['skip', 'fail'], says('skip or fail'))
        .default('skip')
        .describe(
          'A row that cannot be read is counted and skipped, or ends the study. Default: `skip`. Example: `fail`.',
        )
        .meta({ examples: ['fail'] }),
      keepOptimizer: z
        .boolean(switchRule)
        .default(false)
        .describe(
          "Keep the optimizer's moments of finished runs (three times the disk). Default: false. Example: `true`.",
        )
        .meta({ examples: [true] }),
      checkpointSeconds: z
        .number(says('a number of seconds'))
        .min(0, says('0 or more seconds'))
        .default(5)
        .describe(
          'Least seconds between the checkpoints of a run; what a kill can cost. Never more than 5 % of the time goes into them. Default: 5. Example: `300`.',
        )
        .meta({ examples: [300] }),
    },
    says('settings such as { output: results, workers: 2 }'),
  )
  .describe('Where and how the runs are executed.');

export const studyShape = z
  .strictObject(
    {
      study: name.describe('Name of the study. Example: `web-filters`.').meta({ examples: ['web-filters'] }),
      budget: budgetShape,
      tokenizer: tokenizerShape,
      sources: z
        .record(
          name,
          z.union([sourceShape, partShape], says('a source such as { path: data/*.jsonl }')),
          says('sources by name, such as { web: { path: data/web/*.jsonl } }'),
        )
        .describe(
          'The corpora by name, at most 255, and parts of them: `{ of: web, where: … }`. ' +
            'Example: `{ web: { path: data/web/*.jsonl }, long: { of: web, where: "words > 1000" } }`.',
        )
        .meta({
          examples: [{ web: { path: 'data/web/*.jsonl' }, long: { of: 'web', where: 'words > 1000' } }],
        }),
      recipes: z
        .record(name, recipeShape, says('recipes by name, such as { all: natural }'))
        .describe('The candidates by name. Example: `{ all: natural, no-web: { without: web } }`.')
        .meta({ examples: [{ all: 'natural', 'no-web': { without: 'web' } }] }),
      signals: signalsShape,
      languageModels: languageModelsShape,
      contamination: contaminationShape,
      validate: z
        .record(
          name,
          validationShape,
          says('validation domains by name, such as { code: { holdout: 1 %, of: code } }'),
        )
        .describe('What losses are measured on, by domain. Example: `{ wiki: { path: data/wiki.jsonl } }`.')
        .meta({ examples: [{ wiki: { path: 'data/wiki.jsonl' } }] }),
      proxy: proxiesShape,
      target: targetsShape,
      eliminate: eliminateShape,
      engine: engineShape,
      run: runShape.prefault({}),
    },
    says('options such as study, sources, recipes, validate and proxy'),
  )
  .describe('A study: which of several data recipes is best for a language model trained from scratch.');

/** A study as written, defaults filled in; quantities are not read yet and names are not looked up. */
export type StudyFile = z.output<typeof studyShape>;
