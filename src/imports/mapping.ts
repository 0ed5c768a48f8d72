/** Which field of a results file is what: given in a YAML file or by flags, else known by its usual name. */
import { z } from 'zod';

const text = z.string().min(1);
/** The number of a run has this name in the table that is written. */
const name = text.refine((given) => given !== 'run', 'expected a name other than "run"');
const value = z.union([z.string(), z.number()]);

/** Every key may be left out; docs/imported-runs.md says what each is, with examples. */
export const mappingShape = z.strictObject({
  columns: z
    .record(name, text)
    .default({})
    .describe(
      'Field of `recipe`, `model`, `seed`, `step`, `metric` and `value`, and of hyperparameters by any other name. ' +
        'A field is a name, or `a.b` for b inside a, where a may be an object or JSON in a text.',
    ),
  constants: z
    .record(name, value)
    .default({})
    .describe('What no field says and all rows share. Example: `{ model: pythia-70m, learningRate: 1e-3 }`.'),
  metrics: z
    .array(text)
    .default([])
    .describe('Fields that are metrics, each with its value, by name or with `*`. Example: `[loss/*]`.'),
  higher: z.array(text).default([]).describe('Metrics where more is better, by name or with `*`.'),
  lower: z.array(text).default([]).describe('Metrics where less is better, by name or with `*`.'),
  weights: z
    .record(text, z.number().min(0))
    .default({})
    .describe('Weight of a metric in the aggregate. Default: 1. Example: `{ average: 0 }`.'),
});
export type Mapping = z.infer<typeof mappingShape>;

/** What every row says of its run and its point. */
export const identity = ['recipe', 'model', 'seed', 'step', 'metric', 'value'] as const;
export type Identity = (typeof identity)[number];

/** Names by which a field is known without being mapped; the first that a file has counts. */
export const usualNames: Record<string, readonly string[]> = {
  recipe: ['recipe', 'data', 'dataset', 'mixture', 'mix'],
  model: ['model', 'params', 'size', 'model_size'],
  seed: ['seed'],
  step: ['step', 'global_step', 'iteration'],
  metric: ['metric', 'task', 'domain', 'benchmark'],
  value: ['value', 'score', 'loss', 'accuracy'],
  learningRate: ['learningRate', 'learning_rate', 'lr', 'peak_lr'],
  batch: ['batch', 'batch_size', 'batchSize', 'global_batch_size'],
  weightDecay: ['weightDecay', 'weight_decay', 'wd'],
  tokensPerParameter: ['tokensPerParameter', 'tokens_per_parameter', 'tpp'],
  warmupSteps: ['warmupSteps', 'warmup_steps', 'warmup'],
};

/** Whether a name is one of `patterns`, in which `*` stands for any text. */
export function matches(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
  });
}
