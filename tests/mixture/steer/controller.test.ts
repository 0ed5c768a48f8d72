/** The controller: what it answers, what it refuses, and what a kill or a second process leaves. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { openController, replayJournal, replayRun, StageConflict } from '../../../src/mixture/steer/index.js';
import { Random } from '../../../src/random.js';
import { main } from '../../cli/assay.js';
import { proxies } from '../regmix-d/simulated.js';
import { contentOf, firstLosses, newController } from './controllers.js';

let made: string;
beforeAll(async () => {
  made = await newController();
});

function fresh(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'assay-')), 'controller');
  cpSync(made, folder, { recursive: true });
  return folder;
}

const later = { web: 3.5, basics: 2.5, expert: 3.9 };

describe('a controller', () => {
  test('answers a stage with shares that add up to 1, its losses and their errors', () => {
    const answer = openController(fresh()).next({ stage: 0, losses: firstLosses });
    expect(answer).toMatchObject({ stage: 0, stages: 4, begin: 0, end: 0.25, share: 0.25 });
    expect(Object.values(answer.mixture).reduce((a, b) => a + b)).toBeCloseTo(1, 9);
    for (const { lossNats, standardError } of Object.values(answer.predicted)) {
      expect(lossNats).toBeLessThan(5);
      expect(standardError).toBeGreaterThan(0);
    }
  });

  test('gives the same request the same answer, also after it was opened again, and writes it once', () => {
    const folder = fresh();
    const first = openController(folder);
    const answer = first.next({ stage: 0, losses: firstLosses });
    first.next({ stage: 1, losses: later });
    const before = contentOf(folder);
    for (const controller of [first, openController(folder)])
      expect(controller.next({ losses: firstLosses, stage: 0 })).toEqual(answer);
    expect(contentOf(folder)).toBe(before);
  });

  test('refuses other losses for a stage that was answered, stages to come, and stages past the end', () => {
    const folder = fresh();
    const controller = openController(folder);
    controller.next({ stage: 0, losses: firstLosses });
    const before = contentOf(folder);
    for (const [stage, losses, problem] of [
      [0, { ...firstLosses, web: 4.500001 }, 'was answered for another loss "web"'],
      [2, later, 'is ahead of what was asked for'],
      [4, later, 'training has no such stage'],
    ] as const) {
      expect(() => controller.next({ stage, losses })).toThrow(StageConflict);
      expect(() => controller.next({ stage, losses })).toThrow(problem);
    }
    expect(contentOf(folder)).toBe(before);
  });

  test('two controllers on one folder see what the other has answered', () => {
    const folder = fresh();
    const [one, other] = [openController(folder), openController(folder)];
    const answer = one.next({ stage: 0, losses: firstLosses });
    expect(other.next({ stage: 0, losses: firstLosses })).toEqual(answer);
    expect(() => other.next({ stage: 0, losses: later })).toThrow(StageConflict);
    other.next({ stage: 1, losses: later });
    expect(one.entries()).toHaveLength(2);
  });

  test('an entry that was changed is told by the entries after it', () => {
    const folder = fresh();
    const controller = openController(folder);
    controller.next({ stage: 0, losses: firstLosses });
    controller.next({ stage: 1, losses: later });
    const path = join(folder, 'journal', '0000.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"web":4.5', '"web":4.6'));
    expect(() => openController(folder).entries()).toThrow('0001.json: does not follow the entry before it');
  });

  test('a fit that was changed is refused', () => {
    const folder = fresh();
    writeFileSync(join(folder, 'fits-0.json'), '[]');
    expect(() => openController(folder).next({ stage: 0, losses: firstLosses })).toThrow(
      'fits-0.json: not what',
    );
  });

  test('replaying the journal gives the same bits; an answer that was forged comes out', () => {
    const folder = fresh();
    const controller = openController(folder);
    controller.next({ stage: 0, losses: firstLosses });
    controller.next({ stage: 1, losses: later });
    expect(replayJournal(openController(folder))).toEqual([
      { stage: 0, same: true },
      { stage: 1, same: true },
    ]);
    const path = join(folder, 'journal', '0001.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"expert":0\.\d/, '"expert":0.0'));
    expect(replayJournal(openController(folder)).map(({ same }) => same)).toEqual([true, false]);
  });

  test('replaying a run that it has not seen predicts each stage better than the whole way from the start', () => {
    const { spec } = openController(made);
    const unseen = proxies('changing', 20, Random.fromSeed('unseen')).runs;
    const squares = { predicted: 0, predictedFromStart: 0 };
    for (const run of unseen)
      for (const { losses } of replayRun(spec, run).slice(1))
        for (const key of ['predicted', 'predictedFromStart'] as const)
          squares[key] += (losses.expert![key] - losses.expert!.observed) ** 2;
    expect(squares.predicted).toBeLessThan(squares.predictedFromStart);
    expect(Math.sqrt(squares.predicted / 60)).toBeLessThan(0.35);
  });
});

describe('a command that is killed', () => {
  test('leaves an answer or none, and asking again gives the same one', async () => {
    const expected = openController(fresh()).next({ stage: 0, losses: firstLosses });
    const folder = fresh();
    const request = join(folder, '..', 'losses.json');
    writeFileSync(request, JSON.stringify({ stage: 0, losses: firstLosses }));
    const start = (controller: string) =>
      spawn(process.execPath, [main, 'steer', 'next', '--controller', controller, '--losses', request], {
        stdio: 'ignore',
      });
    const began = performance.now();
    expect(await once(start(fresh()), 'exit')).toEqual([0, null]);
    const wholeMilliseconds = performance.now() - began;
    const random = Random.fromSeed('kills');
    for (let kill = 0; kill < 6; kill++) {
      const command = start(folder);
      const end = once(command, 'exit');
      await Promise.race([end, sleep((0.4 + 0.6 * random.uniform()) * wholeMilliseconds)]);
      command.kill('SIGKILL');
      await end;
      for (const { answer } of openController(folder).entries()) expect(answer).toEqual(expected);
    }
    expect(openController(folder).next({ stage: 0, losses: firstLosses })).toEqual(expected);
  });

  test('between writing an entry and naming it has answered nothing, and its file is cleared away', () => {
    const folder = fresh();
    mkdirSync(join(folder, 'journal'));
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { temporaryFor } from ${JSON.stringify(new URL('../../../dist/store/index.js', import.meta.url).href)};
         process.stdout.write(temporaryFor(${JSON.stringify(join(folder, 'journal', '0000.json'))}));`,
      ],
      { encoding: 'utf8' },
    );
    expect(status).toBe(0);
    writeFileSync(stdout, '{"stage":0,"losses":{"web":1');
    const controller = openController(folder);
    expect(controller.entries()).toEqual([]);
    controller.next({ stage: 0, losses: firstLosses });
    expect(readdirSync(join(folder, 'journal'))).toEqual(['0000.json']);
  });
});
