/**
 * Which runs train together, and how many processes at once.
 *
 * A run has a process of its own. On a GPU, which one small run leaves idle, runs of one shape are stacked in one process,
 * one process a GPU.
 */
import type { RunSpec } from '../records.js';
import { hashOf } from '../store/index.js';
import { type Gpu, measureStackSize, requireTorch } from '../train/index.js';
import { freeMachine, runBytes, workersFor } from './workers.js';

export interface Places {
  /** Indices of runs; those of one list train in one process. */
  stacks: number[][];
  /** One process at a time each; on a GPU, which one. */
  places: { gpu?: number }[];
}

/**
 * @param specs of the runs that are left, all of one engine
 * @param workers processes at once, where the user says so
 * @throws AssayError when the GPU that runs were prepared for is not there
 */
export async function findPlaces(specs: readonly RunSpec[], workers?: number): Promise<Places> {
  const engine = specs[0]?.engine;
  if (engine?.name !== 'torch') {
    const stacks = specs.map((_, index) => [index]);
    return { stacks, places: onCores(specs, stacks.length, workers) };
  }
  if (engine.device === 'cpu') {
    const stacks = stackRuns(specs, () => (engine.stack === 'auto' ? 1 : engine.stack));
    return { stacks, places: onCores(specs, stacks.length, workers) };
  }
  const { gpus } = await requireTorch(engine);
  const used = gpus.slice(0, workers ?? gpus.length);
  const stacks = await stacksOnGpus(specs, engine.stack, used);
  return { stacks, places: used.slice(0, stacks.length).map((_, gpu) => ({ gpu })) };
}

/** Of the runs that are left, the largest decides. */
function onCores(specs: readonly RunSpec[], stacks: number, workers?: number): Places['places'] {
  if (specs.length === 0) return [];
  const threads = Math.max(...specs.map((spec) => spec.threads));
  const most = workers ?? workersFor(threads, Math.max(...specs.map(runBytes)), freeMachine());
  return Array.from({ length: Math.min(stacks, most) }, () => ({}));
}

async function stacksOnGpus(
  specs: readonly RunSpec[],
  asked: number | 'auto',
  gpus: readonly Gpu[],
): Promise<number[][]> {
  const sizes = new Map<string, number>();
  for (const shape of shapesOf(specs).values()) {
    const first = specs[shape[0]!]!;
    const freeBytes = Math.min(...gpus.map((gpu) => gpu.freeBytes));
    const size = asked === 'auto' ? await sizeFor(first, freeBytes, shape.length) : asked;
    // A GPU without a run helps nobody.
    sizes.set(shapeOf(first), Math.min(size, Math.ceil(shape.length / gpus.length)));
  }
  return stackRuns(specs, (spec) => sizes.get(shapeOf(spec))!);
}

const sizeFor = async (spec: RunSpec, freeBytes: number, runs: number): Promise<number> =>
  runs === 1 ? 1 : measureStackSize(spec, freeBytes);

/** Stacks of at most `size` runs of one shape, as equal as they can be, in the order of the first run of each. */
export function stackRuns(specs: readonly RunSpec[], size: (spec: RunSpec) => number): number[][] {
  const stacks: number[][] = [];
  for (const shape of shapesOf(specs).values()) {
    const count = Math.ceil(shape.length / size(specs[shape[0]!]!));
    for (let k = 0; k < count; k++) {
      const [from, to] = [k, k + 1].map((part) => Math.round((part * shape.length) / count));
      stacks.push(shape.slice(from, to));
    }
  }
  return stacks.sort(([a], [b]) => a! - b!);
}

/** Indices of the runs of each shape. */
function shapesOf(specs: readonly RunSpec[]): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  for (const [index, spec] of specs.entries()) {
    const shape = shapeOf(spec);
    shapes.set(shape, [...(shapes.get(shape) ?? []), index]);
  }
  return shapes;
}

/** What runs of one stack share: the graph, and how long a step and a run are. */
function shapeOf(spec: RunSpec): string {
  const { model, vocabularySize, context, batch, microBatch, threads, steps, evaluateEvery } = spec;
  return hashOf({ model, vocabularySize, context, batch, microBatch, threads, steps, evaluateEvery });
}
