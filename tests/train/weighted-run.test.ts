/** A run whose tokens are weighed anew in every step: what it writes, and that stopping it changes nothing. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { DomainWeigher, paperDoremi, type WeightsLine } from '../../src/mixture/index.js';
import { hashFile, readJournal } from '../../src/store/index.js';
import { trainRun, trainWeighted } from '../../src/train/index.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-weighted-'));
afterAll(() => rmSync(root, { recursive: true }));

const steps = 60;
const sampling = { words: 0.8, sums: 0.2 };
let referenceFolder: string;
let runFolder: string;
let whole: string;
let wholeHashes: string[];
let mixture: Record<string, number>;

const hashes = (folder: string) =>
  Promise.all(
    ['weights.jsonl', 'checkpoint.safetensors', 'done.json'].map((file) => hashFile(join(folder, file))),
  );

type Options = Parameters<typeof trainWeighted>[1];

async function train(output: string, options?: Options) {
  const weigher = new DomainWeigher(sampling, paperDoremi, 257);
  const input = { runFolder, referenceFolder, output: join(root, output), name: 'proxy', weigher, rule: 'r' };
  return { ...(await trainWeighted(input, options)), mixture: weigher.mean() };
}

/** Trains until `step`, then stops as Ctrl-C does. */
async function trainUntil(output: string, step: number): Promise<void> {
  const controller = new AbortController();
  const stopped = train(output, {
    signal: controller.signal,
    onProgress: (progress) => progress.step >= step && controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ exitCode: ExitCode.interrupted });
}

beforeAll(async () => {
  const [all, plain] = await prepareSmallStudy(join(root, 'study'));
  [referenceFolder, runFolder] = [all!, plain!];
  await trainRun(referenceFolder);
  const ended = await train('whole');
  [whole, mixture] = [ended.folder, ended.mixture];
  wholeHashes = await hashes(whole);
});

describe('a weighted run', () => {
  const lines = () =>
    readJournal<WeightsLine & { step: number; lossNats: number }>(join(whole, 'weights.jsonl'));

  test('writes a line a step, and leaves the run folder that it reads as it is', () => {
    expect(lines().map(({ step }) => step)).toEqual(Array.from({ length: steps }, (_, i) => i + 1));
    expect(existsSync(join(runFolder, 'metrics.jsonl'))).toBe(false);
    expect(existsSync(join(runFolder, 'checkpoint.safetensors'))).toBe(false);
  });

  test('takes every weight from the excess losses up to it; a domain that a batch lacks keeps its last', () => {
    const { stepSize, smoothing } = paperDoremi;
    let weights = [0.5, 0.5];
    let excess = [0, 0];
    let lacking = 0;
    for (const line of lines()) {
      excess = excess.map((last, d) => line.excess[Object.keys(sampling)[d]!] ?? last);
      if (Object.values(line.excess).includes(null)) lacking++;
      const raised = weights.map((weight, d) => weight * Math.exp(stepSize * excess[d]!));
      const total = raised[0]! + raised[1]!;
      weights = raised.map((weight) => (1 - smoothing) * (weight / total) + smoothing / 2);
      for (const [d, weight] of Object.values(line.weights).entries())
        expect(weight).toBeCloseTo(weights[d]!, 10);
    }
    // A fifth of the windows, four windows a batch: 60 batches have 48 windows of it, so 12 at least lack it.
    expect(lacking).toBeGreaterThanOrEqual(12);
  });

  test('answers with the mean of its weights, which add up to 1', () => {
    for (const domain of ['words', 'sums']) {
      const all = lines().map((line) => line.weights[domain]!);
      expect(mixture[domain]).toBeCloseTo(all.reduce((sum, weight) => sum + weight) / steps, 10);
    }
    expect(mixture.words! + mixture.sums!).toBeCloseTo(1, 12);
  });

  test('learns: its weighted loss falls', () => {
    const losses = lines().map(({ lossNats }) => lossNats);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! - 1);
  });

  test('is not done again when it has ended, and gives its answer all the same', async () => {
    const { mtimeMs } = statSync(join(whole, 'checkpoint.safetensors'));
    expect((await train('whole')).mixture).toEqual(mixture);
    expect(statSync(join(whole, 'checkpoint.safetensors')).mtimeMs).toBe(mtimeMs);
  });

  test('has another folder under another rule', async () => {
    const weigher = new DomainWeigher(sampling, { ...paperDoremi, stepSize: 0.1 }, 257);
    const input = { runFolder, referenceFolder, output: join(root, 'whole'), name: 'proxy', weigher };
    const { folder } = await trainWeighted({ ...input, rule: 'another' });
    expect(folder).not.toBe(whole);
    expect(weigher.mean()).not.toEqual(mixture);
  });
});

describe('a resumed weighted run gives the same bits', () => {
  test('when it is stopped again and again', async () => {
    for (const step of [1, 2, 20, 59]) await trainUntil('stopped', step);
    const { folder, mixture: answer } = await train('stopped');
    expect(await hashes(folder)).toEqual(wholeHashes);
    expect(answer).toEqual(mixture);
  });

  test('whatever the interval of checkpoints', async () => {
    expect(await hashes((await train('often', { checkpointSeconds: 0 })).folder)).toEqual(wholeHashes);
  });

  test('when lines were written after the last checkpoint, and one is torn', async () => {
    await trainUntil('torn', 20);
    const folder = join(root, 'torn', whole.split('/').at(-1)!);
    const line = readFileSync(join(whole, 'weights.jsonl'), 'utf8').split('\n')[20]!;
    writeFileSync(join(folder, 'weights.jsonl'), `${line}\n{"step":22,"los`, { flag: 'a' });
    await train('torn');
    expect(await hashes(folder)).toEqual(wholeHashes);
  });

  test.each([
    ['checkpoint.safetensors', 'the checkpoint cannot be used, so this run starts again'],
    ['weights.jsonl', 'does not reach the checkpoint, so this run starts again'],
  ])('from the start, and says so, when %s is damaged', async (file, said) => {
    await trainUntil(`damaged-${file}`, 20);
    const folder = join(root, `damaged-${file}`, whole.split('/').at(-1)!);
    const bytes = readFileSync(join(folder, file));
    writeFileSync(join(folder, file), bytes.subarray(0, bytes.length / 2));
    const notices: string[] = [];
    await train(`damaged-${file}`, { onNotice: (notice) => notices.push(notice) });
    expect(notices.join()).toContain(said);
    expect(await hashes(folder)).toEqual(wholeHashes);
  });
});

test('a reference that has not been trained is refused', async () => {
  const untrained = join(referenceFolder, '..', 'untrained');
  cpSync(runFolder, untrained, { recursive: true });
  const weigher = new DomainWeigher(sampling, paperDoremi, 257);
  const input = { runFolder, referenceFolder: untrained, output: root, name: 'x', weigher, rule: 0 };
  await expect(trainWeighted(input)).rejects.toThrow('not a finished run');
});

test('a reference of another model is refused', async () => {
  const [, other] = await prepareSmallStudy(join(root, 'other'), {
    proxy: { model: { family: 'gpt2', layers: 2, width: 16, heads: 2, mlpWidth: 32 } },
  });
  const weigher = new DomainWeigher(sampling, paperDoremi, 257);
  const input = { runFolder: other!, referenceFolder, output: root, name: 'x', weigher, rule: 0 };
  await expect(trainWeighted(input)).rejects.toThrow('the reference is another model');
});
