/** What Assay does about a user's trainer that does not do as the protocol says, or that cannot be started. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { ExitCode } from '../../src/errors.js';
import type { CommandEngine, Evaluation } from '../../src/records.js';
import { writeDocumentLosses } from '../../src/train/documents.js';
import { readRunResult, readRunSpec, trainRun } from '../../src/train/index.js';
import { commandLine } from '../../src/train/programs/program.js';
import { isGone, kill, startStudy, until, workerOf } from '../executor/study-process.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { command, misbehaving } from './commands.js';

const root = mkdtempSync(join(tmpdir(), 'assay-command-'));
afterAll(() => rmSync(root, { recursive: true }));
const proxy = { tokens: { budget: 20 * 4 * 32 }, evaluateEvery: 5 };

async function prepare(engine: CommandEngine, study = 'study'): Promise<string> {
  const [folder] = await prepareSmallStudy(join(root, study), { proxy, engine });
  return folder!;
}

const lossNats = Math.log(257);
const correctIt =
  / Correct the trainer, then change `engine: \{ version: … \}` or delete the run folder, and run /;

describe('a trainer whose results are not right makes a failed run that says where', () => {
  test.each([
    ['text', 'metrics.jsonl:5: not valid JSON'],
    ['nan', 'metrics.jsonl:5: not finite, expected numbers, got NaN'],
    [
      'null loss',
      'metrics.jsonl:5: "lossNats" is not valid, expected a finite number of at least 0, got null',
    ],
    [
      'negative loss',
      'metrics.jsonl:5: "lossNats" is not valid, expected a finite number of at least 0, got -1',
    ],
    ['missing step', 'metrics.jsonl:5: not the next line, expected step 4, got step 5'],
    ['doubled step', 'metrics.jsonl:6: not the next line, expected step 5, got step 4'],
    [
      'missing evaluation',
      'metrics.jsonl:7: not the next line, expected the evaluation after step 5, got step 6',
    ],
    ['missing domain', 'metrics.jsonl:1: not the domains of the evaluation, expected words, sums, got sums'],
    ['misspelt key', 'metrics.jsonl:5: unknown key "los"'],
    ['other tokens', 'metrics.jsonl:5: "tokens" is not valid, expected 512, got 5'],
    ['other bits per byte', 'metrics.jsonl:1: bitsPerByte of "words": does not fit lossNats'],
    ['too short', 'metrics.jsonl:25: ends early, expected the evaluation after step 20'],
    ['missing document', /^documents\.jsonl:\d+: ends early, expected document \w{32} of "sums"\./],
    [
      'doubled document',
      /^documents\.jsonl:2: not the next document, expected document (\w{32}) of "words", got document (?!\1)\w{32} of "words"\./,
    ],
    ['document too many', /^documents\.jsonl:(\d+): a line too many/],
    [
      'document without a loss',
      'documents.jsonl:3: "lossSumNats" is not valid, expected a finite number of at least 0, got nothing',
    ],
    ['no documents', /^documents\.jsonl:1: ends early/],
    ['other sums', /^metrics\.jsonl:25: lossNats of "words": not that of its documents, expected 11\.09/],
    [
      'other status',
      'done.json: "status" is not valid, expected a status "done" or "failed", got "finished"',
    ],
  ])('%s', async (defect, message) => {
    const folder = await prepare(misbehaving(defect));
    const outcome = await trainRun(folder);
    expect(outcome.status).toBe('failed');
    const { failure } = (await readRunResult(folder))!;
    if (typeof message === 'string') expect(failure!.startsWith(message), failure).toBe(true);
    else expect(failure).toMatch(message);
    expect(failure).toMatch(correctIt);
    // The right lines before it are kept, and it is not tried again.
    if (defect === 'text')
      expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n')).toHaveLength(5);
    expect(await trainRun(folder)).toEqual(outcome);
  });
});

describe('a right result', () => {
  test('is completed with what Assay can work out', async () => {
    const folder = await prepare(misbehaving('none'));
    expect(await trainRun(folder)).toMatchObject({ status: 'done', step: 20 });
    const { evaluations, documents } = (await readRunResult(folder))!;
    const { domains } = JSON.parse(
      readFileSync(join(folder, 'evaluation', 'evaluation.json'), 'utf8'),
    ) as Evaluation;
    const { tokens, bytes } = domains[0]!.documents[0]!;
    expect(evaluations[1]).toMatchObject({ step: 5, tokens: 5 * 4 * 32 });
    expect(evaluations[1]!.domains.words!.bitsPerByte).toBeGreaterThan(8);
    expect(documents.words!.lossSumNats[0]).toBe(tokens * lossNats);
    expect(documents.words!.bytes[0]).toBe(bytes);
    expect(readdirSync(folder)).not.toContain('documents.jsonl');
  });

  test('may hold its documents as Parquet, which are checked as well', async () => {
    const trainer = join(root, 'parquet.mjs');
    // The documents as another run left them, in place of lines.
    const other = await prepare(misbehaving('none'));
    await trainRun(other);
    const copy = (name: string) =>
      `import '${new URL('fixtures/misbehaving.mjs', import.meta.url)}'; import fs from 'node:fs';
       const folder = process.argv[3]; fs.rmSync(folder + '/documents.jsonl');
       fs.copyFileSync('${join(root, name)}', folder + '/documents.parquet');`;
    const { documents } = (await readRunResult(other))!;
    await writeDocumentLosses(join(root, 'right.parquet'), documents);
    documents.words!.ids.reverse();
    await writeDocumentLosses(join(root, 'reversed.parquet'), documents);
    const engine = (version: string) => ({ ...command(trainer, 'none'), version });

    writeFileSync(trainer, copy('right.parquet'));
    expect(await trainRun(await prepare(engine('right')))).toMatchObject({ status: 'done' });
    writeFileSync(trainer, copy('reversed.parquet'));
    const outcome = await trainRun(await prepare(engine('reversed')));
    expect(outcome).toMatchObject({ status: 'failed' });
    expect((outcome as { reason: string }).reason).toMatch(
      /^documents\.parquet: not the documents of domain "words" in their order, expected/,
    );
  });

  test('is not changed by what is written after done.json, even by a process that the trainer left', async () => {
    for (const defect of ['late lines', 'late process']) {
      const folder = await prepare(misbehaving(defect));
      expect(await trainRun(folder)).toMatchObject({ status: 'done' });
      const lines = readFileSync(join(folder, 'metrics.jsonl'), 'utf8');
      expect(lines.split('\n')).toHaveLength(1 + 20 + 4 + 1);
      await sleep(50);
      expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toBe(lines);
    }
  });
});

describe('a trainer that ends without done.json', () => {
  test('is started once more, and goes on', async () => {
    const folder = await prepare(misbehaving('dies once'));
    const notices: string[] = [];
    const outcome = await trainRun(folder, { onNotice: (notice) => notices.push(notice) });
    expect(outcome).toMatchObject({ status: 'done' });
    expect(notices.join()).toMatch(/the trainer ended with code 3 and left no done\.json.*trying once more/);
  });

  test('twice is an error with its last words, and the run is tried again by the next command', async () => {
    const folder = await prepare(misbehaving('dies'));
    for (let i = 0; i < 2; i++) {
      await expect(trainRun(folder)).rejects.toThrow(
        /the trainer: ended with code 3 and left no done\.json; trainer\.log ends with: .*no such device/s,
      );
      expect(existsSync(join(folder, 'done.json'))).toBe(false);
    }
  });

  test('because its program is not there stops the study with exit code 5', async () => {
    const engine: CommandEngine = { name: 'command', command: ['./nothing'], folder: root, version: '1' };
    await expect(trainRun(await prepare(engine))).rejects.toMatchObject({
      exitCode: ExitCode.system,
      message: expect.stringMatching(/engine\.command: \.\/nothing: cannot be started, got .*ENOENT/),
    });
  });
});

describe('a trainer at work', () => {
  test('that does not end after SIGTERM is killed', async () => {
    const folder = await prepare(misbehaving('deaf'));
    const controller = new AbortController();
    const training = trainRun(folder, { signal: controller.signal, graceSeconds: 0.1 });
    await until(() =>
      existsSync(join(folder, 'metrics.jsonl')) && linesIn(folder) === 4 ? true : undefined,
    );
    const { leader } = JSON.parse(readFileSync(join(folder, 'trainer.json'), 'utf8'));
    controller.abort();
    await expect(training).rejects.toMatchObject({ exitCode: ExitCode.interrupted });
    expect(isGone(leader.pid)).toBe(true);
    rmSync(folder, { recursive: true });
  });

  test('ends when the process that supervises it is killed', async () => {
    const folder = await prepare(misbehaving('deaf'), 'orphan');
    const { child, end } = startStudy([folder], 1);
    await until(() =>
      existsSync(join(folder, 'metrics.jsonl')) && linesIn(folder) === 4 ? true : undefined,
    );
    const { leader } = JSON.parse(readFileSync(join(folder, 'trainer.json'), 'utf8'));
    kill(child.pid!);
    kill(workerOf(folder)!);
    await end;
    await until(() => (groupIsGone(leader.pid) ? true : undefined));
  });

  test('is not started when the signal came before', async () => {
    const folder = await prepare(misbehaving('none'), 'unstarted');
    await expect(trainRun(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      exitCode: ExitCode.interrupted,
    });
    expect(readdirSync(folder)).not.toContain('attempted');
  });
});

describe('the command line', () => {
  test('has paths relative to the study file, and the run folder as its last word', () => {
    const line = (...words: string[]) =>
      commandLine({ name: 'command', command: words, folder: '/study', version: '1' }, '/runs/a');
    expect(line('python3', './train.py', '--size', 'a/b')).toEqual([
      'python3',
      '/study/train.py',
      '--size',
      'a/b',
      '/runs/a',
    ]);
    expect(line('bin/train', '../x')).toEqual(['/study/bin/train', '/x', '/runs/a']);
  });

  test('and the version decide the run, the place of the study does not', async () => {
    const engine = misbehaving('none');
    const one = await prepare(engine);
    expect(await prepare({ ...engine, folder: join(root, 'elsewhere') })).toBe(one);
    expect(await prepare({ ...engine, version: '2' })).not.toBe(one);
    expect(await prepare(misbehaving('fails'))).not.toBe(one);
  });

  test('follows a study that moves while its run is not finished', async () => {
    const study = join(root, 'moves');
    const engine = misbehaving('none');
    const folder = await prepare({ ...engine, folder: '/gone' }, 'moves');
    expect(readRunSpec(folder).engine).toMatchObject({ folder: '/gone' });
    renameSync(study, `${study}-away`);
    const moved = await prepare(engine, 'moves-away');
    expect(await trainRun(moved)).toMatchObject({ status: 'done' });
  });
});

function linesIn(folder: string): number {
  return readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n').length - 1;
}

function groupIsGone(group: number): boolean {
  try {
    process.kill(-group, 0);
    return false;
  } catch {
    return true;
  }
}
