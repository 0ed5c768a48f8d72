/** What every engine owes to a run folder, whoever computes the losses: one suite, run on each of them. */
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import { Random } from '../../src/random.js';
import type { Evaluation, MetricLine, RunOutcome } from '../../src/records.js';
import { hashFile } from '../../src/store/index.js';
import { readRunResult, readRunSpec, trainRun } from '../../src/train/index.js';
import { kill, type StudyProcess, startStudy, until } from '../executor/study-process.js';
import { prepareSmallStudy, type SmallStudyOptions } from '../train/small-study.js';

export interface EngineUnderTest {
  name: string;
  /** What makes a study use it. */
  study: SmallStudyOptions;
  /** A run that fails for a reason of its own: the study for it. */
  failing: SmallStudyOptions;
  /** What Assay says when line 5 of `metrics.jsonl` is not JSON although a whole run wrote it. */
  malformed(root: string, whole: string): Promise<string>;
  /** The processes of which any may be killed: more than the command's own while `folder` is being trained. */
  victims(study: StudyProcess, folder: string): number[];
}

const steps = 120;
export const proxy = { tokens: { budget: steps * 4 * 32 }, evaluateEvery: 10 };
const kills = 6;

export function engineContract(engine: EngineUnderTest): void {
  const root = mkdtempSync(join(tmpdir(), 'assay-engine-'));
  let pristine: string;
  let whole: string;
  let outcome: RunOutcome;
  let bits: string[];

  beforeAll(async () => {
    [pristine] = (await prepareSmallStudy(join(root, 'study'), engine.study)) as [string];
    whole = copyOf('whole');
    const progress: number[] = [];
    outcome = await trainRun(whole, { onProgress: ({ step }) => progress.push(step) });
    expect(outcome).toMatchObject({ status: 'done', step: steps });
    expect(progress.at(-1)).toBe(steps);
    bits = await bitsOf(whole);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  /** Of the prepared run, beside it, so that its relative paths hold. */
  function copyOf(name: string, from = pristine): string {
    const copy = join(pristine, '..', name);
    cpSync(from, copy, { recursive: true });
    return copy;
  }

  /** For runs that go on from where they were, which needs no word. */
  const refuse = (notice: string): void => {
    throw new Error(notice);
  };
  const metricsOf = (folder: string) => join(folder, 'metrics.jsonl');
  const linesOf = (folder: string): string[] =>
    existsSync(metricsOf(folder)) ? readFileSync(metricsOf(folder), 'utf8').split('\n').slice(0, -1) : [];

  /** Trains until the metrics have `lines` lines, and stops as Ctrl-C does. */
  async function trainUntil(folder: string, lines: number): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    const interrupted = trainRun(folder, { signal, checkpointSeconds: 0, onNotice: refuse });
    const watch = until(() => (linesOf(folder).length >= lines ? true : undefined));
    void watch.then(() => controller.abort());
    await expect(interrupted).rejects.toMatchObject({ exitCode: ExitCode.interrupted });
  }

  describe('a finished run', () => {
    test('has every step and every validation, in order, which the report reads', async () => {
      const result = (await readRunResult(whole))!;
      const every = Array.from({ length: steps / 10 + 1 }, (_, i) => 10 * i);
      expect(result.evaluations.map(({ step }) => step)).toEqual(every);
      expect(result.evaluations.at(-1)!.tokens).toBe(steps * 4 * 32);
      const taken = linesOf(whole).map((line) => JSON.parse(line) as { kind: string; step: number });
      expect(taken.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual(
        Array.from({ length: steps }, (_, i) => i + 1),
      );
    });

    test('has learnt, and its documents add up to the loss of their domain', async () => {
      const { evaluations, documents } = (await readRunResult(whole))!;
      const { domains } = JSON.parse(
        readFileSync(join(whole, 'evaluation', 'evaluation.json'), 'utf8'),
      ) as Evaluation;
      for (const { name, documents: expected } of domains) {
        const { ids, lossSumNats, tokens } = documents[name]!;
        expect(ids).toEqual(expected.map(({ id }) => id));
        const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
        const last = evaluations.at(-1)!.domains[name]!;
        expect(last.lossNats).toBeCloseTo(total(lossSumNats) / total(tokens), 6);
        expect(last.lossNats).toBeLessThan(evaluations[0]!.domains[name]!.lossNats - 0.5);
        const bytes = expected.reduce((sum, document) => sum + document.bytes, 0);
        expect(last.bitsPerByte).toBeCloseTo(total(lossSumNats) / Math.LN2 / bytes, 6);
      }
    });

    test('names the hashes of what it left', async () => {
      expect(JSON.parse(readFileSync(join(whole, 'done.json'), 'utf8'))).toEqual(outcome);
      const { files, hash } = outcome as Extract<RunOutcome, { status: 'done' }>;
      expect(hash).toBe(readRunSpec(whole).hash);
      expect(Object.keys(files)).toEqual(expect.arrayContaining(['metrics.jsonl', 'documents.parquet']));
      for (const [file, sha] of Object.entries(files)) expect(await hashFile(join(whole, file))).toBe(sha);
    });

    test('is not trained again', async () => {
      const { mtimeMs } = statSync(metricsOf(whole));
      expect(await trainRun(whole)).toEqual(outcome);
      expect(statSync(metricsOf(whole)).mtimeMs).toBe(mtimeMs);
    });

    test('is not changed by lines that come late', async () => {
      const folder = copyOf('late-after-done', whole);
      const line = { kind: 'evaluation', step: 130, tokens: 1, domains: { words: { lossNats: 0 } } };
      appendFileSync(metricsOf(folder), `${JSON.stringify(line)}\nand more`);
      expect(await trainRun(folder)).toEqual(outcome);
      expect(await readRunResult(folder)).toEqual(await readRunResult(whole));
    });

    test.each(['metrics.jsonl', 'documents.parquet'])(
      'is refused when done.json has another hash for its %s',
      async (file) => {
        const folder = copyOf(`other-${file}`, whole);
        const done = JSON.parse(readFileSync(join(folder, 'done.json'), 'utf8'));
        done.files[file] = '0'.repeat(64);
        writeFileSync(join(folder, 'done.json'), JSON.stringify(done));
        await expect(readRunResult(folder)).rejects.toThrow(`${file}: not what done.json names`);
      },
    );

    test('with a line that is not JSON is refused with file and line', async () => {
      expect(await engine.malformed(root, copyOf('malformed', whole))).toMatch(
        /metrics\.jsonl:5: not valid JSON/,
      );
    });
  });

  describe('a run gives the same bits', () => {
    test('when it is interrupted again and again', async () => {
      const folder = copyOf('interrupted');
      for (const lines of [1, 12, 13, 60, 100]) {
        await trainUntil(folder, lines);
        expect(existsSync(join(folder, 'done.json'))).toBe(false);
        expect(existsSync(join(folder, 'run.lock'))).toBe(false);
      }
      expect(await trainRun(folder, { onNotice: refuse })).toMatchObject({ status: 'done' });
      expect(await bitsOf(folder)).toEqual(bits);
    });

    test(`when its processes are killed at ${kills} random moments`, async () => {
      const random = Random.fromSeed('moments');
      /** Kills that met a run under way. */
      let struck = 0;
      for (let i = 0; i < kills; i++) {
        const folder = copyOf(`killed-${i}`);
        const study = startStudy([folder], 1);
        const at = 1 + random.below(100);
        await until(() => (linesOf(folder).length >= at || study.child.exitCode !== null ? true : undefined));
        const victims = engine.victims(study, folder);
        if (victims.length > 1) struck++;
        kill(victims[i % victims.length]!);
        const { code } = await study.end;
        if (code !== 0) expect(await startStudy([folder], 1).end).toMatchObject({ code: 0 });
        expect(await bitsOf(folder), `line ${at}, victim ${i % victims.length}`).toEqual(bits);
      }
      expect(struck).toBeGreaterThan(kills / 2);
    }, 400_000);

    test('when a process that was thought dead wrote lines after the checkpoint', async () => {
      const folder = copyOf('late-after-checkpoint');
      await trainUntil(folder, 30);
      const taken = linesOf(folder).map((line) => JSON.parse(line) as MetricLine);
      const last = taken.findLast(({ kind }) => kind === 'step')!;
      const late = [1, 2, 3].map((n) => ({ ...last, step: last.step + n, lossNats: 1 }));
      appendFileSync(metricsOf(folder), late.map((line) => `${JSON.stringify(line)}\n`).join(''));
      await trainRun(folder, { onNotice: refuse });
      expect(await bitsOf(folder)).toEqual(bits);
    });

    test('when its last line is torn', async () => {
      const folder = copyOf('torn');
      await trainUntil(folder, 30);
      appendFileSync(metricsOf(folder), '{"kind":"step","st');
      await trainRun(folder, { onNotice: refuse });
      expect(await bitsOf(folder)).toEqual(bits);
    });

    test.each([
      ['is broken', (lines: string[]) => lines.with(4, 'no JSON')],
      ['is missing', (lines: string[]) => lines.toSpliced(4, 1)],
    ])('from the start, and says so, when a line before the checkpoint %s', async (name, damage) => {
      const folder = copyOf(`line-${name.replace(' ', '-')}`);
      await trainUntil(folder, 30);
      writeFileSync(metricsOf(folder), `${damage(linesOf(folder)).join('\n')}\n`);
      const notices: string[] = [];
      await trainRun(folder, { onNotice: (notice) => notices.push(notice) });
      expect(notices.join()).toMatch(/metrics\.jsonl.*starts again|starts again.*metrics\.jsonl/);
      expect(await bitsOf(folder)).toEqual(bits);
    });

    test.each([
      ['of another run', '{"status":"done","hash":"0","step":120,"files":{},"seconds":1}'],
      ['torn', '{"status":"do'],
    ])('when there is a done.json %s, which counts for nothing', async (name, text) => {
      const folder = copyOf(`done-${name.replaceAll(' ', '-')}`);
      writeFileSync(join(folder, 'done.json'), text);
      expect(await readRunResult(folder)).toBeUndefined();
      expect(await trainRun(folder)).toMatchObject({ status: 'done' });
      expect(await bitsOf(folder)).toEqual(bits);
    });
  });

  test('a run that would fail again ends with its reason, keeps its metrics, and is not tried again', async () => {
    const [folder] = (await prepareSmallStudy(join(root, 'failing'), engine.failing)) as [string];
    const ended = (await trainRun(folder)) as Extract<RunOutcome, { status: 'failed' }>;
    expect(ended).toMatchObject({ status: 'failed', hash: readRunSpec(folder).hash });
    expect(ended.reason).toMatch(/after step \d+/);
    const kept = readFileSync(metricsOf(folder), 'utf8');
    expect((await readRunResult(folder))!).toMatchObject({
      failure: ended.reason,
      evaluations: [{ step: 0 }],
    });
    expect(await trainRun(folder)).toEqual(ended);
    expect(readFileSync(metricsOf(folder), 'utf8')).toBe(kept);
  });

  test('a folder that another process holds is left alone', async () => {
    const folder = copyOf('held');
    const study = startStudy([folder], 1);
    await until(() => (linesOf(folder).length > 0 ? true : undefined));
    await expect(trainRun(folder, { lockSeconds: 0 })).rejects.toThrow(
      'another process is training this run',
    );
    expect(await study.end).toMatchObject({ code: 0 });
    expect(await bitsOf(folder)).toEqual(bits);
  });

  test('the folder is named by its hash, which the engine is part of', async () => {
    const { id, hash, engine: frozen } = readRunSpec(pristine);
    expect(basename(pristine)).toBe(id);
    expect(id.endsWith(hash.slice(0, 8))).toBe(true);
    expect(frozen.name).toBe(engine.name);
  });
}

/**
 * Damages line 5 of the metrics of a finished run on the disk, for an engine that does not write such a line; the file is as
 * long as before. @returns what reading it says
 */
export async function damaged(folder: string): Promise<string> {
  const path = join(folder, 'metrics.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, lines.with(4, 'x'.repeat(lines[4]!.length)).join('\n'));
  return readRunResult(folder).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
}

/** Hashes of all results that must not depend on what happened on the way. */
async function bitsOf(folder: string): Promise<string[]> {
  const files = ['metrics.jsonl', 'documents.parquet', 'checkpoint.safetensors'];
  return Promise.all(
    files.map((file) => join(folder, file)).map((path) => (existsSync(path) ? hashFile(path) : 'none')),
  );
}
