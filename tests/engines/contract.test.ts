/** The embedded engine and a user's trainer keep the contract of a run folder. */
import { join } from 'node:path';
import { describe } from 'vitest';
import { readRunResult, trainRun } from '../../src/train/index.js';
import { workerOf } from '../executor/study-process.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { command, misbehaving } from './commands.js';
import { damaged, engineContract, proxy } from './contract.js';
import { trainersOf } from './trainers.js';

describe('the embedded engine', () => {
  engineContract({
    name: 'onnx',
    study: { proxy },
    failing: { proxy: { ...proxy, learningRate: 1e30 } },
    malformed: (_root, whole) => damaged(whole),
    victims: ({ child }, folder) => [child.pid!, workerOf(folder)].filter((pid) => pid !== undefined),
  });
});

describe('the command engine', () => {
  engineContract({
    name: 'command',
    study: { proxy, engine: command('--import', './slow.mjs', '../../../examples/trainer/trainer.mjs') },
    failing: { proxy, engine: misbehaving('fails') },
    async malformed(root) {
      const study = { proxy, engine: misbehaving('text') };
      const [folder] = await prepareSmallStudy(join(root, 'malformed'), study);
      await trainRun(folder!);
      return (await readRunResult(folder!))!.failure ?? 'accepted';
    },
    victims: ({ child }, folder) => [
      ...[child.pid!, workerOf(folder)].filter((pid) => pid !== undefined),
      ...trainersOf(folder),
    ],
  });
});
