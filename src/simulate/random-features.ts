/** The simulation as one function: tasks, the theory's region, training, and how often the sign of the difference is right. */
import { Random } from '../random.js';
import { averagedLosses } from './average.js';
import { comparePairs } from './compare.js';
import { secondMoment } from './density.js';
import { type Activation, basisSize } from './harmonics.js';
import { infiniteWidthKernel, operatorSpectrum } from './kernel.js';
import { checkProofRegion } from './proof-check.js';
import { kernelRegion, pairRegion, proofRegion, strictest } from './region.js';
import type { Pair, RandomFeatures, Settings } from './result.js';
import { bestAchievableLoss, drawTask } from './task.js';

const doublings = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => 2 ** (from + i));

/** What `assay simulate random-features` runs. The theorem leaves all of it open. */
export const defaultSettings: Settings = {
  seed: 0,
  activation: [0.5, 0.8, 0.7, 0.6],
  tasks: 3,
  datasets: 10,
  draws: 64,
  batch: 2,
  learningRates: doublings(-12, 3),
  widths: [2, 4, 8, 32, 1024],
  checkpoints: doublings(4, 12),
};

/** @param settings at least two datasets a task, and learning rates on both sides of the region */
export function simulateRandomFeatures(settings: Settings): RandomFeatures {
  const random = Random.fromSeed(settings.seed).split('random-features');
  const { activation } = settings;

  // Ranking problems: a validation distribution each, and datasets whose best achievable losses are known exactly.
  const tasks = Array.from({ length: settings.tasks }, (_, t) =>
    drawTask(activation, settings.datasets, random.split('task', t)),
  );

  // The region of every pair, from the kernel's eigenvalues alone: nothing has been trained yet.
  const pairs = tasks.flatMap((task, t) =>
    pairsOf(task.datasets.length).map(([a, b]): Pair => {
      const [first, second] = [task.datasets[a]!, task.datasets[b]!];
      return {
        task: t,
        datasets: [a, b],
        gap: bestAchievableLoss(first, task.validation) - bestAchievableLoss(second, task.validation),
        region: pairRegion(kernelRegion, activation, task, first, second),
        proofRegion: pairRegion(proofRegion, activation, task, first, second),
      };
    }),
  );

  // SGD for every dataset, width, draw and learning rate; the loss of a cell is the mean over draws.
  const losses = averagedLosses(tasks, settings, random);

  // The proof's own constants ask for more steps than can be taken one by one: checked by the exact expectation.
  const proof = strictest(pairs.map(({ proofRegion }) => proofRegion));
  const proofCheck = checkProofRegion(tasks, pairs, proof, settings, random);

  return {
    settings,
    eigenvalues: [...uniformEigenvalues(activation)].reverse(),
    region: strictest(pairs.map(({ region }) => region)),
    proofRegion: proof,
    proofCheck,
    ...comparePairs(pairs, losses, settings),
    pairs,
  };
}

/** Of the operator for uniform inputs, ascending. */
function uniformEigenvalues(activation: Activation): Float64Array {
  const n = basisSize(activation);
  const uniform = secondMoment({ tilt: 0, direction: 0 }, n);
  return operatorSpectrum(infiniteWidthKernel(activation), uniform, n).values;
}

function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, b) => b).flatMap((b) =>
    Array.from({ length: b }, (_, a): [number, number] => [a, b]),
  );
}
