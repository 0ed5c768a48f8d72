/**
 * Which runs train together, and how many processes at once.
 *
 * A run has a process of its own. On a GPU, which one small run leaves idle, runs of one shape are stacked in one process,
 * one process a GPU. A run on several GPUs has them for itself; such runs come after those that need fewer.
 */
import type { PreparedTorchEngine, RunSpec } from '../records.js';
import { hashOf } from '../store/index.js';
import { type Gpu, measureStackSize, requireTorch } from '../train/index.js';
import { freeMachine, runBytes, workersFor } from './workers.js';

/** One process at a time; on GPUs, which ones. */
export interface Place {
  gpus?: readonly number[];
}

/** Runs that go on at the same time. */
export interface Round {
  /** Indices of runs; those of one list train in one process. */
  stacks: number[][];
  places: Place[];
}

/**
 * @param specs of the runs that are left, all of one engine, PyTorch's perhaps with other settings for targets
 * @param workers processes at once, where the user says so
 * @returns rounds, to be trained one after the other
 * @throws AssayError when the GPUs that runs were prepared for are not there
 */
export async function findPlaces(specs: readonly RunSpec[], workers?: number): Promise<Round[]> {
  const sizes = [...new Set(specs.map(devicesOf))].sort((a, b) => a - b);
  const rounds: Round[] = [];
  for (const devices of sizes) {
    const indices = [...specs.keys()].filter((index) => devicesOf(specs[index]!) === devices);
    const own = indices.map((index) => specs[index]!);
    const { stacks, places } = await placesOf(own, devices, workers);
    rounds.push({ stacks: stacks.map((stack) => stack.map((k) => indices[k]!)), places });
  }
  return rounds;
}

const devicesOf = ({ engine }: RunSpec): number => (engine.name === 'torch' ? (engine.devices ?? 1) : 1);

/** @param specs at least one, each trained on so many devices */
async function placesOf(specs: readonly RunSpec[], devices: number, workers?: number): Promise<Round> {
  const { engine } = specs[0]!;
  if (engine.name !== 'torch' || engine.device === 'cpu') {
    const asked = engine.name === 'torch' ? engine.stack : 1;
    const stacks = stackRuns(specs, () => (asked === 'auto' || devices > 1 ? 1 : asked));
    return { stacks, places: onCores(specs, devices, stacks, workers) };
  }
  return onGpus(specs, engine, devices, workers);
}

/** The largest of the runs that are left decides, and the largest stack. The processes of one run divide its threads. */
function onCores(
  specs: readonly RunSpec[],
  devices: number,
  stacks: readonly number[][],
  workers?: number,
): Place[] {
  const threads = Math.max(devices, ...specs.map((spec) => spec.threads));
  const together = devices * Math.max(...stacks.map((stack) => stack.length));
  const bytes = () => together * Math.max(...specs.map(runBytes));
  const most = workers ?? workersFor(threads, bytes(), freeMachine());
  return Array.from({ length: Math.min(stacks.length, most) }, () => ({}));
}

async function onGpus(
  specs: readonly RunSpec[],
  engine: PreparedTorchEngine,
  devices: number,
  workers?: number,
): Promise<Round> {
  const { gpus } = await requireTorch(engine);
  const most = Math.min(workers ?? gpus.length, Math.floor(gpus.length / devices));
  const stacks =
    devices > 1 ? stackRuns(specs, () => 1) : await stacksOnGpus(specs, engine.stack, gpus.slice(0, most));
  const places = placesOnGpus(devices, Math.min(most, stacks.length));
  return { stacks, places };
}

/** Each with as many GPUs of its own. */
export function placesOnGpus(devices: number, count: number): Place[] {
  return Array.from({ length: count }, (_, place) => {
    return { gpus: Array.from({ length: devices }, (_, k) => place * devices + k) };
  });
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

/** What runs of one stack share: the graph, how long a step and a run are, and how they are computed. */
function shapeOf(spec: RunSpec): string {
  const { model, vocabularySize, context, batch, microBatch, threads, steps, evaluateEvery, engine } = spec;
  return hashOf({ model, vocabularySize, context, batch, microBatch, threads, steps, evaluateEvery, engine });
}
