/** PyTorch keeps the contract of a run folder, as the other engines do. */
import { vi } from 'vitest';
import type { TorchEngine } from '../../src/records.js';
import { workerOf } from '../executor/study-process.js';
import { damaged, engineContract, proxy } from './contract.js';
import { describeTorch } from './torch/worker.js';
import { trainersOf } from './trainers.js';

// Each start of a process imports PyTorch: seconds, and far more on a machine with other work.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const engine: TorchEngine = {
  name: 'torch',
  precision: 'fp32',
  device: 'cpu',
  compile: 'never',
  stack: 'auto',
};

describeTorch('the PyTorch engine', () => {
  engineContract({
    name: 'torch',
    study: { proxy, engine },
    failing: { proxy: { ...proxy, learningRate: 1e30 }, engine },
    malformed: (_root, whole) => damaged(whole),
    victims: ({ child }, folder) => [
      ...[child.pid!, workerOf(folder)].filter((pid) => pid !== undefined),
      ...trainersOf(folder),
    ],
  });
});
