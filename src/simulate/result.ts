/** What goes into the simulation and what comes out; the JSON of `assay simulate random-features` is a `RandomFeatures`. */
import type { Activation } from './harmonics.js';
import type { Region } from './region.js';

export interface Settings {
  seed: number;
  activation: Activation;
  /** Ranking problems, each with a validation distribution of its own. */
  tasks: number;
  /** Training distributions a task; every two of them are a pair. */
  datasets: number;
  /** Draws of first layer and batches over which a loss is averaged. */
  draws: number;
  /** Examples a step. */
  batch: number;
  /** Ascending, as are widths and checkpoints. */
  learningRates: readonly number[];
  widths: readonly number[];
  /** Numbers of steps T at which losses are compared. */
  checkpoints: readonly number[];
}

export interface Pair {
  task: number;
  datasets: [number, number];
  /** Δ_AB: the first dataset's best achievable validation loss minus the second's. */
  gap: number;
  region: Region;
  proofRegion: Region;
}

/** One width, number of steps and learning rate. */
export interface Cell {
  width: number;
  steps: number;
  learningRate: number;
  /** Share of pairs whose mean losses differ with the sign of their best achievable losses. */
  agreement: number;
  /** Share of pairs in which a mean loss was not finite; they count as not agreeing. */
  diverged: number;
  /** Share of pairs in whose region the cell lies. */
  inside: number;
}

export interface Side {
  learningRate: number;
  agreement: number;
  diverged: number;
}

export interface RandomFeatures {
  settings: Settings;
  /** Of the infinite-width kernel's operator for uniform inputs, descending. */
  eigenvalues: number[];
  /** Inside the regions of all pairs. */
  region: Region;
  proofRegion: Region;
  /** The exact expected loss at η_max and T0 of `proofRegion`, at the largest width, averaged over the first layers. */
  proofCheck: { learningRate: number; steps: number; width: number; agreement: number };
  /** Comparisons of a pair in a cell of its own region. */
  inside: { comparisons: number; agreement: number; lowestCell: number };
  /** At the largest width and most steps: the lowest agreement at rates below and above every pair's region. */
  below: Side;
  above: Side;
  /** At the largest width and most steps: smallest and largest learning rate with agreement of at least 0.95. */
  reliable: { from: number; to: number } | null;
  cells: Cell[];
  pairs: Pair[];
}
