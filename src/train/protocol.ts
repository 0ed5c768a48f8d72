/**
 * The files that a trainer reads and writes, each by its shape: what `run-protocol.schema.json` is made from, and what a
 * trainer's results are checked with. What needs more than one line to judge is in `programs/metrics.ts`.
 */
import { z } from 'zod';

const says = (error: string) => ({ error });

const text = z.string(says('text'));
const hash = z.string(says('a hash')).describe('SHA-256, 64 hex digits.');
const wholeRule = says('a positive whole number');
const count = z.int(wholeRule).positive(wholeRule);
const stepRule = says('a whole number of at least 0');
const whole = z.int(stepRule).nonnegative(stepRule);
const lossRule = says('a finite number of at least 0');
const nats = z.number(lossRule).nonnegative(lossRule);
const finiteRule = says('a finite number');
const number = z.number(finiteRule);

const step = whole.describe('Optimizer steps done.');
const tokens = whole.optional().describe('step · batch · context. May be left out.');

const stepLine = z
  .strictObject({
    kind: z.literal('step'),
    step,
    tokens,
    lossNats: nats.describe('Mean cross-entropy of the tokens of this step, in nats.'),
    gradientNorm: number.optional().describe('Global L2 norm of the gradient before clipping.'),
    learningRate: number.optional().describe('Of this step.'),
  })
  .describe('A training step.');

const alignmentLine = z
  .strictObject({
    kind: z.literal('alignment'),
    step: count.describe('The step whose gradient was measured.'),
    tokens,
    steps: count.describe('Steps that it stands for, itself included.'),
    reach: number.describe('Sum of the learning rates of these steps.'),
    domains: z
      .record(z.string(), number, says('a number for each domain'))
      .describe(
        "∇ℓ_val · ∇ℓ for every domain of evaluation/evaluation.json, with the gradient of the step's loss before " +
          'clipping, both at the parameters before the step.',
      ),
  })
  .describe('Gradient alignment of a step, after the line of that step. May be left out.');

const domainLossShape = z.strictObject(
  {
    lossNats: nats.describe("Sum of the domain's token losses over their number, in nats."),
    bitsPerByte: number
      .optional()
      .describe('The same sum over ln 2 and over the bytes of the domain. May be left out.'),
  },
  says('an object with lossNats'),
);

const evaluationLine = z
  .strictObject({
    kind: z.literal('evaluation'),
    step,
    tokens,
    domains: z
      .record(z.string(), domainLossShape, says('a loss for each domain'))
      .describe('Every domain of evaluation/evaluation.json, by name.'),
  })
  .describe('A validation: before the first step, after every `evaluateEvery` steps, and after the last.');

export const metricLineShape = z
  .discriminatedUnion(
    'kind',
    [stepLine, alignmentLine, evaluationLine],
    says('a line with kind "step", "alignment" or "evaluation"'),
  )
  .describe('A line of metrics.jsonl.');

export const documentLineShape = z
  .strictObject({
    domain: text,
    id: text,
    lossSumNats: nats.describe("Sum over the document's tokens after the last step, in nats, as float64."),
  })
  .describe('A line of documents.jsonl: a document of evaluation/evaluation.json, in its order.');

export const claimShape = z
  .discriminatedUnion(
    'status',
    [
      z.strictObject({ status: z.literal('done') }),
      z.strictObject({
        status: z.literal('failed'),
        reason: z
          .string(says('why, as text'))
          .min(1, says('why, as text'))
          .describe('Why this run would fail again.'),
      }),
    ],
    says('a status "done" or "failed"'),
  )
  .describe('done.json as a trainer writes it, last of all. Assay checks the results and replaces it.');

const objectRule = says('an object');
export const runSpecShape = z
  .looseObject({
    formatVersion: z.literal(1, says('1')),
    id: text.describe('Name of the run folder.'),
    hash: hash.describe('SHA-256 of everything that decides the result.'),
    study: text,
    recipe: text,
    seed: whole,
    model: z.looseObject({ family: text }, objectRule).describe('Family and sizes of the model.'),
    parameters: count,
    vocabularySize: count,
    endOfText: whole.describe('The token that ends each document.'),
    tokenizerHash: text,
    context: count.describe('Tokens predicted per window.'),
    batch: count.describe('Windows per optimizer step.'),
    microBatch: count.describe('Windows per pass; divides `batch`.'),
    threads: count,
    steps: count.describe('Optimizer steps in all.'),
    evaluateEvery: count.describe('Optimizer steps between validations.'),
    alignmentEvery: count
      .optional()
      .describe('Optimizer steps between measurements of gradient alignment; absent: none.'),
    schedule: z
      .looseObject(
        { learningRate: number, warmupSteps: whole, stableSteps: whole, decaySteps: whole },
        objectRule,
      )
      .describe('Learning rate: linear warm-up to the peak, stable, linear decay.'),
    optimizer: z
      .looseObject(
        { beta1: number, beta2: number, epsilon: number, weightDecay: number, gradientClip: number },
        objectRule,
      )
      .describe('AdamW.'),
    keepOptimizer: z.boolean(says('true or false')).describe('Keep the moments in the last checkpoint.'),
    planHash: text,
    evaluationHash: text,
    engine: z.looseObject({ name: text, version: text }, objectRule),
  })
  .describe('run.json: everything that decides the result of a run.');

const stream = {
  source: text,
  order: text.describe('Path from the run folder: (offset, tokens) as two uint64 a document.'),
  tokens: z
    .union([text, z.array(z.looseObject({ path: text, tokens: whole }))])
    .describe(
      'Path from the run folder: the tokens of all documents; or several files, each with its size in tokens, ' +
        'that count as joined.',
    ),
  tokenBytes: z.union([z.literal(2), z.literal(4)]),
};

const planShape = z
  .looseObject({
    hash: text,
    after: text
      .optional()
      .describe(
        'Hash of the phase before, or of supply.json; absent in the first phase of a plan that was known in advance.',
      ),
    observed: z
      .looseObject({ step, lossNats: z.record(z.string(), number) })
      .optional()
      .describe('The losses that led to this phase.'),
    context: count,
    windows: count.describe('Bytes of phase-<k>.bin: an index into `sources` for each window.'),
    sources: z.array(
      z.looseObject({
        ...stream,
        windows: whole,
        share: number,
        first: whole.optional().describe('Windows of this source in the phases before; absent: 0.'),
      }),
    ),
  })
  .describe('plan/phase-<k>.json, k from 0: the next windows of a run, in order.');

const supplyShape = z
  .looseObject({
    hash: text,
    context: count,
    key: text.describe('Decides how sources interleave.'),
    sources: z.array(
      z.looseObject({
        ...stream,
        orderHash: text,
        storeHash: text,
        availableWindows: whole,
        repeat: count.describe('How many times a window may be used at most.'),
      }),
    ),
  })
  .describe('plan/supply.json: what phases are made of that are decided while the run trains.');

const evaluationShape = z
  .looseObject({
    hash: text,
    context: count,
    domains: z.array(
      z.looseObject({
        name: text,
        weight: number.describe('Share in the objective.'),
        file: text.describe('Beside evaluation.json: uint32 tokens, the first of which is not predicted.'),
        documents: z.array(
          z.looseObject({
            id: text,
            tokens: count.describe('Predicted tokens.'),
            bytes: whole.describe('UTF-8 bytes that these tokens stand for.'),
          }),
        ),
      }),
    ),
  })
  .describe('evaluation/evaluation.json: what is validated on.');

/** JSON Schema (draft 2020-12) of the protocol's JSON files, one definition each, as in `run-protocol.schema.json`. */
export function runProtocolSchema(): Record<string, unknown> {
  const files = {
    run: runSpecShape,
    plan: planShape,
    supply: supplyShape,
    evaluation: evaluationShape,
    metricLine: metricLineShape,
    documentLine: documentLineShape,
    done: claimShape,
  };
  const definitions = Object.entries(files).map(([name, shape]) => {
    const { $schema: _, ...schema } = z.toJSONSchema(shape, { io: 'input' });
    return [name, schema];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Assay run protocol',
    $defs: Object.fromEntries(definitions),
  };
}

/** What is wrong with a value, as "problem, expected, got"; undefined when it fits. The first problem only. */
export function misfit(
  shape: z.ZodType,
  value: unknown,
): { problem: string; expected?: string; got?: string } | undefined {
  const issue = shape.safeParse(value).error?.issues[0];
  if (issue === undefined) return undefined;
  const name = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    return { problem: `${name === '' ? '' : `"${name}": `}unknown key ${keys}` };
  }
  const got = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown>)?.[key],
    value,
  );
  return {
    problem: name === '' ? 'not valid' : `"${name}" is not valid`,
    expected: issue.message,
    got: got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 60),
  };
}
