/**
 * The shape of a study file: every option with its meaning, unit, default and an example.
 *
 * This is the one definition: it checks studies, gives the defaults, and is exported as `assay.schema.json`.
 * Error texts are what was expected instead, as a noun phrase. What needs two options to judge (a recipe that
 * names a source) is in `cross-checks.ts`.
 */
import { z } from 'zod';
import { modelShape } from './model.js';
import { percentPattern } from './quantities.js';
import { partShape } from './recipes/part.js';
import { recipeShape } from './recipes/shape.js';
import { contaminationShape, languageModelsShape, signalsShape } from './signals.js';
import { sourceFields, sourceShape } from './source.js';
import { tokenizerShape } from './tokenizer.js';
import { count, name, nonNegative, positive, says, switchRule, tokenCount } from './values.js';

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

const rateRule = says('a number above 0, such as 1e-5, or tiny');
const betaRule = says('a number of at least 0 and below 1');
const beta = z.number(betaRule).min(0, betaRule).lt(1, betaRule);

export const proxyShape = z
  .strictObject(
    {
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
            'second ranking of the recipes. Every 10 steps costs about 5 % of the time. Default: not measured. ' +
            'Example: `10`.',
        )
        .meta({ examples: [10] }),
    },
    says('the proxy, such as { model: gpt2-small, learningRate: 1e-5, tokensPerParameter: 20 }'),
  )
  .describe('The small model that is trained once per recipe and seed, and how.');

const wordRule = says('a program or an argument, as text');
const engineRule = says('onnx or { command: [python3, ./train.py] }');
const engine = z
  .union(
    [
      z.enum(['onnx']),
      z.strictObject({
        command: z
          .array(z.string(wordRule).min(1, wordRule), says('a list such as [python3, ./train.py]'))
          .min(1, says('at least a program'))
          .describe(
            'Program and arguments, run without a shell in the run folder, whose path is added as the last argument. ' +
              'A program with a slash and arguments that start with `./` or `../` are relative to the study file. ' +
              'Example: `[python3, ./train.py]`.',
          )
          .meta({ examples: [['python3', './train.py']] }),
        version: z
          .union([z.string(), z.int()], says('text or a whole number'))
          .default('1')
          .describe(
            'Change it when the trainer gives other results: runs are then trained again. Default: 1. Example: `2`.',
          )
          .meta({ examples: ['2'] }),
      }),
    ],
    engineRule,
  )
  .default('onnx')
  .describe(
    'What trains: `onnx` (built in), or your own program that follows docs/run-protocol.md. Default: `onnx`. ' +
      'Example: `{ command: [python3, ./train.py] }`.',
  )
  .meta({ examples: ['onnx', { command: ['python3', './train.py'] }] });

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
      proxy: proxyShape,
      engine,
      run: runShape.prefault({}),
    },
    says('options such as study, sources, recipes, validate and proxy'),
  )
  .describe('A study: which of several data recipes is best for a language model trained from scratch.');

/** A study as written, defaults filled in; quantities are not read yet and names are not looked up. */
export type StudyFile = z.output<typeof studyShape>;
