/** Gradient alignment measured along a run: what its lines hold, and that training does not notice. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildModel, hessianVectorProduct } from '../../src/model/index.js';
import { openPlan } from '../../src/recipe/index.js';
import type { AlignmentMetric, MetricLine, RunSpec } from '../../src/records.js';
import { readSafetensors } from '../../src/store/index.js';
import { learningRateAt, readRunResult, readRunSpec, trainRun } from '../../src/train/index.js';
import { readMetrics } from '../../src/train/programs/metrics.js';
import { meanOfDomain, openEvaluation } from '../../src/validation/index.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-alignment-'));
/** Prepared, trained with measurements, and trained without them. */
let pristine: string;
let measured: string;
let plain: string;
let spec: RunSpec;
let alignments: AlignmentMetric[];

beforeAll(async () => {
  const study = (alignmentEvery?: number) =>
    prepareSmallStudy(join(root, 'study'), alignmentEvery === undefined ? {} : { proxy: { alignmentEvery } });
  [plain] = (await study()) as [string];
  [pristine] = (await study(8)) as [string];
  measured = copyRun('measured');
  for (const folder of [plain, measured]) await trainRun(folder);
  spec = readRunSpec(measured);
  alignments = (await readRunResult(measured))!.alignments!;
});
afterAll(() => rmSync(root, { recursive: true }));

function copyRun(name: string): string {
  const copy = join(pristine, '..', name);
  cpSync(pristine, copy, { recursive: true });
  return copy;
}
const bytes = (folder: string, file: string): Buffer => readFileSync(join(folder, file));
const linesOf = (folder: string): MetricLine[] =>
  bytes(folder, 'metrics.jsonl')
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a run that is measured is another run, and one that is not is as it was', () => {
  const other = readRunSpec(plain);
  expect(other.hash).not.toBe(spec.hash);
  expect('alignmentEvery' in other).toBe(false);
  expect({ ...spec, id: '', hash: '' }).toEqual({ ...other, alignmentEvery: 8, id: '', hash: '' });
});

test('both train to the same bits', async () => {
  expect(linesOf(measured).filter(({ kind }) => kind !== 'alignment')).toEqual(linesOf(plain));
  expect(bytes(measured, 'documents.parquet').equals(bytes(plain, 'documents.parquet'))).toBe(true);
  const [a, b] = await Promise.all(
    [measured, plain].map((folder) => readSafetensors(join(folder, 'checkpoint.safetensors'))),
  );
  expect(a!.tensors).toEqual(b!.tensors);
  expect((await readRunResult(plain))!.alignments).toBeUndefined();
});

test('the lines stand for all steps and all rates between them', () => {
  expect(alignments.map(({ step, steps }) => [step, steps])).toEqual([
    [1, 8],
    [9, 8],
    [17, 8],
    [25, 8],
    [33, 8],
    [41, 8],
    [49, 8],
    [57, 4],
  ]);
  const rates = Array.from({ length: spec.steps }, (_, step) => learningRateAt(spec.schedule, step));
  const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);
  expect(total(alignments.map(({ reach }) => reach))).toBeCloseTo(total(rates), 12);
  for (const { step, tokens } of alignments) expect(tokens).toBe(step * spec.batch * spec.context);
});

test.each([0, 8, 32])(
  'the line of step %i + 1 holds the products of gradients at the checkpoint before it',
  async (step) => {
    const folder = copyRun(`until-${step}`);
    await trainRun(folder, { until: step });
    const { tensors } = await readSafetensors(join(folder, 'checkpoint.safetensors'));
    const parameters = new Map([...tensors].map(([name, { data }]) => [name, data]));
    const model = buildModel(spec.model, { vocabularySize: spec.vocabularySize, context: spec.context });
    const gradientOf = async (windows: Int32Array) =>
      (await hessianVectorProduct(model, parameters, windows, parameters)).gradient;

    const plan = openPlan(folder);
    const batch = await gradientOf(await plan.read(step * spec.batch, spec.batch));
    plan.close();
    const reader = openEvaluation(join(folder, 'evaluation'));
    const line = alignments.find((each) => each.step === step + 1)!;
    expect(Object.keys(line.domains)).toEqual(['words', 'sums']);
    for (const domain of reader.evaluation.domains) {
      // Half a batch of four windows is one window of each of two domains: the first.
      const { count } = meanOfDomain(reader, domain, 1);
      expect(count).toBe(1);
      const [window] = reader.windows(domain.name, 1);
      const validation = await gradientOf(window!);
      let product = 0;
      for (const [name, g] of batch) {
        const v = validation.get(name)!;
        for (let i = 0; i < g.length; i++) product += g[i]! * v[i]!;
      }
      expect(line.domains[domain.name]! / product).toBeCloseTo(1, 4);
    }
  },
);

test('a run that is stopped between and at measurements ends with the same lines', async () => {
  const folder = copyRun('stopped');
  for (const until of [1, 7, 8, 9, 31, 57]) {
    expect(await trainRun(folder, { until, checkpointSeconds: 0 })).toMatchObject({ step: until });
  }
  await trainRun(folder);
  for (const file of ['metrics.jsonl', 'documents.parquet', 'checkpoint.safetensors'])
    expect(bytes(folder, file).equals(bytes(measured, file)), file).toBe(true);
});

test('small steps of plain SGD lower the loss on the windows by what the lines add up to', async () => {
  // Adam with a huge epsilon is plain SGD: the step is rate / ε · g, for gradients that are not clipped.
  const epsilon = 1e4;
  const rate = 0.02;
  const [folder] = (await prepareSmallStudy(join(root, 'sgd'), {
    proxy: {
      alignmentEvery: 1,
      learningRate: rate * epsilon,
      epsilon,
      beta1: 0,
      gradientClip: 1e6,
      weightDecay: 0,
    },
  })) as [string];
  await trainRun(folder);
  const run = readRunSpec(folder);
  const model = buildModel(run.model, { vocabularySize: run.vocabularySize, context: run.context });
  const reader = openEvaluation(join(folder, 'evaluation'));
  const lossAt = async (file: string, window: Int32Array): Promise<number> => {
    const { tensors } = await readSafetensors(join(folder, file));
    const parameters = new Map([...tensors].map(([name, { data }]) => [name, data]));
    return (await hessianVectorProduct(model, parameters, window, parameters)).lossNats;
  };
  const { alignments } = (await readRunResult(folder))!;
  for (const { name } of reader.evaluation.domains) {
    const [window] = reader.windows(name, 1);
    const drop =
      (await lossAt('init.safetensors', window!)) - (await lossAt('checkpoint.safetensors', window!));
    const predicted =
      alignments!.reduce((sum, { reach, domains }) => sum + reach * domains[name]!, 0) / epsilon;
    expect(drop).toBeGreaterThan(0.01);
    expect(Math.abs(predicted / drop - 1), `${name}: ${predicted} ${drop}`).toBeLessThan(0.05);
  }
});

describe("of a user's trainer, lines of alignment", () => {
  const read = (name: string, change: (lines: MetricLine[]) => MetricLine[], attemptAt = 0) => {
    const folder = copyRun(name);
    const text = change(linesOf(measured)).map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(join(folder, 'metrics.jsonl'), text.join(''));
    const { evaluation } = openEvaluation(join(folder, 'evaluation'));
    return readMetrics(folder, spec, evaluation, attemptAt);
  };

  test('are kept, and may be left out', () => {
    expect(read('kept', (lines) => lines)).toEqual({ lines: linesOf(measured) });
    const without = read('left-out', (lines) => lines.filter(({ kind }) => kind !== 'alignment'));
    expect(without).toEqual({ lines: linesOf(plain) });
  });

  test('are replaced when the trainer goes back to an earlier step', () => {
    // An earlier attempt wrote 30 lines; the next began again with line 5, a step, and wrote the rest.
    const again = read('again', (lines) => [...lines.slice(0, 30), ...lines.slice(5)], 30);
    expect(again).toEqual({ lines: linesOf(measured) });
  });

  test('are refused anywhere but after their step, or with other domains', () => {
    const early = read('early', ([first, step, line, ...rest]) => [first!, line!, step!, ...rest]);
    expect(early.problem!.message).toBe(
      'metrics.jsonl:2: not the next line, expected step 1, got the alignment after step 1',
    );
    const other = read('other', (lines) =>
      lines.map((line) => (line.kind === 'alignment' ? { ...line, domains: { words: 1 } } : line)),
    );
    expect(other.problem!.message).toContain('metrics.jsonl:3: not the domains of the evaluation');
  });
});
