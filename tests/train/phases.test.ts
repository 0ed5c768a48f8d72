/** Phases that are decided while a run trains, and schedules that are known in advance, are the same to the trainer. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlan, readPlan } from '../../src/recipe/index.js';
import type { PlanPhase, RecipeSpec, RunOutcome } from '../../src/records.js';
import { readSafetensors } from '../../src/store/index.js';
import { appendPhase, readProgress, readRunSpec, trainRun } from '../../src/train/index.js';
import { bitsOf, until } from '../executor/study-process.js';
import { prepareSmallStudy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-phases-'));
afterAll(() => rmSync(root, { recursive: true }));

const even: RecipeSpec = {
  kind: 'shares',
  sources: { words: { weight: 0.5, repeat: 3, where: [] }, sums: { weight: 0.5, repeat: 3, where: [] } },
};
let pristine: string;
let whole: string;
beforeAll(async () => {
  pristine = (await prepareSmallStudy(join(root, 'study'), { recipes: { steered: even }, online: true }))[0]!;
  whole = copyRun('whole');
  await steer(whole, () => undefined);
}, 120_000);

function copyRun(name: string): string {
  const copy = join(pristine, '..', name);
  cpSync(pristine, copy, { recursive: true });
  return copy;
}

/** Runs the controller until it ends, or is killed because `killWhen` has a value. */
async function steer(folder: string, killWhen: (said: string) => true | undefined): Promise<void> {
  const script = fileURLToPath(new URL('fixtures/steer.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let ended = false;
  const end = new Promise<void>((resolve) =>
    child.on('close', () => {
      ended = true;
      resolve();
    }),
  );
  await until(() => (ended ? true : killWhen(said)));
  child.kill('SIGKILL');
  await end;
}

const done = (folder: string): Extract<RunOutcome, { status: 'done' }> =>
  JSON.parse(readFileSync(join(folder, 'done.json'), 'utf8'));
const hashesOf = (folder: string) => readPlan(folder).phases.map(({ hash }) => hash);

describe('a run whose mixture is decided while it trains', () => {
  test('went through three phases, each led to by the losses before, with its shares in done.json', () => {
    const { phases, windows, supply, hash } = readPlan(whole);
    expect(windows).toBe(60 * 4);
    expect(hash).toBe(readRunSpec(whole).planHash);
    expect(phases.map(({ after }) => after)).toEqual([supply!.hash, phases[0]!.hash, phases[1]!.hash]);
    expect(phases.map(({ observed }) => observed?.step)).toEqual([undefined, 21, 42]);
    const { phases: realised } = done(whole);
    expect(realised!.map(({ hash, steps }) => [hash, steps])).toEqual(
      phases.map(({ hash }, k) => [hash, [21, 21, 18][k]]),
    );
    for (const [k, phase] of phases.entries()) {
      const lossNats = phase.observed?.lossNats ?? { words: 1, sums: 1 };
      const words = lossNats.words! / (lossNats.words! + lossNats.sums!);
      expect(Math.abs(realised![k]!.shares.words! - words) * phase.windows).toBeLessThan(1);
    }
    expect(realised![2]!.shares.words).not.toBe(0.5);
  });

  test('has the weights, losses and metrics of the same schedule known in advance', async () => {
    const { phases } = readPlan(whole);
    const weights = phases.map(({ sources }) =>
      Object.fromEntries(sources.map(({ source, share }) => [source, share])),
    );
    const stages = weights.map((each, k) => ({ until: [21 / 60, 42 / 60, 1][k]!, weights: each }));
    const recipes = { known: { ...even, stages } };
    const [folder] = await prepareSmallStudy(join(root, 'known'), { recipes });
    expect(await trainRun(folder!)).toMatchObject({ status: 'done', step: 60 });
    const [known, online] = [await bitsOf(folder!), await bitsOf(whole)];
    expect(known.lines).toEqual(online.lines);
    expect(known.hashes['documents.parquet']).toBe(online.hashes['documents.parquet']);
    const tensors = async (run: string) =>
      (await readSafetensors(join(run, 'checkpoint.safetensors'))).tensors;
    expect(await tensors(folder!)).toEqual(await tensors(whole));
    expect(done(folder!).phases!.map(({ shares }) => shares)).toEqual(
      done(whole).phases!.map(({ shares }) => shares),
    );
    const text = async (run: string) => {
      const plan = openPlan(run);
      return plan.read(0, plan.windows).finally(() => plan.close());
    };
    expect(await text(folder!)).toEqual(await text(whole));
  });

  test('killed between phases and within them, it decides the same and leaves the same bits', async () => {
    const folder = copyRun('killed');
    const reaches = (step: number) => () => (readProgress(folder).step >= step ? (true as const) : undefined);
    const says = (words: string) => (said: string) => (said.includes(words) ? (true as const) : undefined);
    for (const killWhen of [
      says('appended 0'),
      reaches(10),
      says('paused 21'),
      says('appended 1'),
      reaches(50),
    ]) {
      await steer(folder, killWhen);
    }
    await steer(folder, () => undefined);
    expect(hashesOf(folder)).toEqual(hashesOf(whole));
    expect(await bitsOf(folder)).toEqual(await bitsOf(whole));
  }, 120_000);

  test('pauses at the end of its phases, and cannot be trained to its end without them', async () => {
    const folder = copyRun('paused');
    const { planHash } = readRunSpec(folder);
    await expect(trainRun(folder)).rejects.toThrow(/steered-s0-\w+: its plan ends after step 0 of 60/);
    expect(await trainRun(folder, { until: 60 })).toEqual({ status: 'paused', step: 0 });
    const first = await appendPhase(folder, { words: 1 }, 10, { after: planHash });
    // While it trains, the phases that it began with count.
    const training = trainRun(folder, { until: 60 });
    const second = await appendPhase(folder, { sums: 1 }, 5, { after: first.hash });
    const { step } = (await training) as { step: number };
    expect([10, 15]).toContain(step);
    expect(await trainRun(folder, { until: 60 })).toEqual({ status: 'paused', step: 15 });
    await expect(trainRun(folder)).rejects.toThrow('its plan ends after step 15 of 60');
    await appendPhase(folder, { sums: 1 }, 45, { after: second.hash });
    expect(await trainRun(folder)).toMatchObject({ status: 'done', step: 60 });
  });
});

describe('a phase', () => {
  test('that is appended again is found, whatever was appended since', async () => {
    const folder = copyRun('again');
    const append = (shares: Record<string, number>, after: string) =>
      appendPhase(folder, shares, 10, { after });
    const { planHash } = readRunSpec(folder);
    const first = await append({ words: 0.3, sums: 0.7 }, planHash);
    const second = await append({ words: 1 }, first.hash);
    expect(await append({ sums: 0.7, words: 0.3 }, planHash)).toEqual(first);
    expect(await append({ words: 1, sums: 0 }, first.hash)).toEqual(second);
    expect(hashesOf(folder)).toEqual([first.hash, second.hash]);
  });

  test('of several that are appended at once, one is there and the others are refused', async () => {
    const folder = copyRun('at-once');
    const after = readRunSpec(folder).planHash;
    const shares = [0.1, 0.3, 0.5, 0.7, 0.9];
    const ends = await Promise.allSettled(
      shares.map((words) => appendPhase(folder, { words, sums: 1 - words }, 10, { after })),
    );
    const there = ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
    expect(there).toEqual(readPlan(folder).phases as PlanPhase[]);
    expect(there).toHaveLength(1);
    for (const end of ends)
      if (end.status === 'rejected') expect(String(end.reason)).toContain('another phase is there');
    openPlan(folder).close();
  });

  test('is another one when other losses led to it', async () => {
    const folder = copyRun('observed');
    const after = readRunSpec(folder).planHash;
    const observed = { step: 0, lossNats: { words: 5.5, sums: 5.6 } };
    await appendPhase(folder, { words: 1 }, 10, { after, observed });
    const other = { step: 0, lossNats: { words: 5.5, sums: 5.61 } };
    await expect(appendPhase(folder, { words: 1 }, 10, { after, observed: other })).rejects.toThrow(
      'another phase is there',
    );
  });

  test.each([
    ['a source that the run has not', { code: 1 }, 10, {}, 'no source is named "code", expected sums, words'],
    ['shares that do not add up', { words: 0.5 }, 10, {}, 'its shares do not fit'],
    ['a share below 0', { words: 1.5, sums: -0.5 }, 10, {}, 'its shares do not fit'],
    ['a share that is no number', { words: Number.NaN, sums: 1 }, 10, {}, 'its shares do not fit'],
    ['more steps than the run has', { words: 1 }, 61, {}, 'expected 1 to 60 steps, got 61'],
    ['no steps', { words: 1 }, 0, {}, 'expected 1 to 60 steps, got 0'],
    ['part of a step', { words: 1 }, 1.5, {}, 'expected 1 to 60 steps, got 1.5'],
    [
      'a phase before it that is not there',
      { words: 1 },
      9,
      { after: 'x' },
      'no phase has the hash that was given, got x',
    ],
    [
      'losses that are no numbers',
      { words: 1 },
      9,
      { observed: { step: 0, lossNats: { words: Number.NaN } } },
      'the losses that led to it are no numbers',
    ],
  ])('is refused with %s', async (_, shares, steps, options, message) => {
    const after = readRunSpec(pristine).planHash;
    const appending = appendPhase(pristine, shares as Record<string, number>, steps, { after, ...options });
    await expect(appending).rejects.toThrow(message);
    expect(readPlan(pristine).phases).toEqual([]);
  });

  test('is refused when a source has too few tokens left in its stream', async () => {
    const sources = {
      words: { weight: 0.99, repeat: 100, where: [] },
      sums: { weight: 0.01, repeat: 1, where: [] },
    };
    const recipes = { few: { kind: 'shares', sources } } as const;
    const proxy = { tokens: { budget: 1000 * 4 * 32 } };
    const [folder] = await prepareSmallStudy(join(root, 'few'), { recipes, online: true, proxy });
    const { planHash, batch } = readRunSpec(folder!);
    const { availableWindows } = readPlan(folder!).supply!.sources.find(({ source }) => source === 'sums')!;
    const half = Math.ceil(availableWindows / (2 * batch));
    const { hash } = await appendPhase(folder!, { sums: 1 }, half, { after: planHash });
    const left = 33 * (availableWindows - half * batch);
    await expect(appendPhase(folder!, { sums: 1 }, half + 1, { after: hash })).rejects.toThrow(
      `source "sums" has too few tokens left, expected at most ${left.toLocaleString('en')} tokens`,
    );
    await appendPhase(folder!, { sums: 0.1, words: 0.9 }, half + 1, { after: hash });
  });

  test('is refused when the run is full, or its plan was known in advance', async () => {
    const last = { after: hashesOf(whole)[2]! };
    await expect(appendPhase(whole, { words: 1 }, 1, last)).rejects.toThrow('the phases reach the end');
    const [known] = await prepareSmallStudy(join(root, 'in-advance'), { recipes: { even } });
    const after = readRunSpec(known!).planHash;
    await expect(appendPhase(known!, { words: 1 }, 1, { after })).rejects.toThrow(
      'its plan was known in advance',
    );
  });
});
