/**
 * SIGKILL at any moment, the command and its workers alike, for every family: the same command, started again and
 * again, ends with the bits of one that never stopped.
 *
 *     ASSAY_KILLS=100 npx vitest run tests/cli/kill.test.ts --reporter=verbose
 *
 * kills as often, a fifth for each family; default 10. The last test says what the kills met.
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { kill, until } from '../executor/study-process.js';
import { startAssay } from './assay.js';
import { childrenOf, isTraining, isUnderWay, newStudy, results } from './killed-study.js';

const models = {
  gpt2: '{ layers: 2, width: 32, heads: 2 }',
  'gpt-neox': '{ family: gpt-neox, layers: 2, width: 32, heads: 2 }',
  opt: '{ family: opt, layers: 2, width: 32, heads: 2 }',
  llama: '{ family: llama, layers: 2, width: 32, heads: 4, keyValueHeads: 2 }',
  gemma3: '{ family: gemma3, layers: 2, width: 32, heads: 4, keyValueHeads: 2, window: 8, globalEvery: 2 }',
};
const kills = Number(process.env.ASSAY_KILLS ?? 10);
const perFamily = Math.ceil(kills / Object.keys(models).length);

/** Kills in all; those at which a run was in training, and those that left a checkpoint of an unfinished run. */
const met = { all: 0, training: 0, checkpoint: 0 };

/** Starts the command; `end` is its exit code, null for one that was killed. */
function start(folder: string) {
  const command = startAssay(folder, 'run', 'study.yaml', '--quiet');
  const end = new Promise<number | null>((resolve) => command.once('exit', resolve));
  return { pid: command.pid!, end };
}

test.each(Object.entries(models))(
  'a study of %s ends with the same bits, however often it is killed',
  async (family, model) => {
    let folder = newStudy(model);
    const started = performance.now();
    expect(await start(folder).end).toBe(0);
    const wholeMilliseconds = performance.now() - started;
    const expected = results(folder);
    expect(Object.keys(expected)).toHaveLength(2);
    const requireSameBits = (): void => {
      expect(results(folder)).toEqual(expected);
      rmSync(folder, { recursive: true });
    };

    rmSync(folder, { recursive: true });
    folder = newStudy(model);
    const random = Random.fromSeed('moments').split(family);
    for (let killed = 0; killed < perFamily; ) {
      const { pid, end } = start(folder);
      let ended: number | null | undefined;
      end.then((code) => {
        ended = code;
      });
      // In turn: anywhere in the command, and in the training of a run that has a checkpoint.
      if (killed % 2 === 0) await Promise.race([end, sleep(random.uniform() * wholeMilliseconds)]);
      else {
        await until(() => ended !== undefined || (isTraining(folder) && isUnderWay(folder)) || undefined);
        await sleep(random.uniform() * 0.1 * wholeMilliseconds);
      }
      if (ended !== undefined) {
        // It came to its end between kills: the next ones are of a new study.
        expect(ended).toBe(0);
        requireSameBits();
        folder = newStudy(model);
        continue;
      }
      const workers = childrenOf(pid);
      if (isTraining(folder)) met.training++;
      // The command alone, one worker alone (before there is one, the command), everything at once.
      const [worker = pid] = workers;
      const victims = [[pid], [worker], [pid, ...workers]][random.below(3)]!;
      for (const victim of victims) kill(victim);
      killed++;
      met.all++;
      if (isUnderWay(folder)) met.checkpoint++;
      // A command that lost a worker only goes on by itself.
      expect(await end).toBe(victims.includes(pid) ? null : 0);
    }
    expect(await start(folder).end).toBe(0);
    requireSameBits();
  },
  60_000 + perFamily * 60_000,
);

test('every kill met a running command, and some a run with a checkpoint to go on from', async ({
  annotate,
}) => {
  await annotate(
    `${met.all} kills: ${met.training} with a run in training, ${met.checkpoint} left a checkpoint to go on from`,
  );
  expect(met.all).toBe(5 * perFamily);
  expect(met.checkpoint).toBeGreaterThan(0);
});
