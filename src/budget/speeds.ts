/** Speeds of this machine, kept in `speeds.json` of the folder of results; what is between two that were measured is estimated. */
import { join } from 'node:path';
import { buildModel, flopsPerToken } from '../model/index.js';
import { hashOf, readJson, writeJson } from '../store/index.js';
import { engineIdentity } from '../train/index.js';
import { type MeasuredSpeed, measureMachineSpeed, type SpeedRequest } from './machine-speed.js';

/** What is measured, with how many at once. */
export interface SpeedOf extends SpeedRequest {
  workers: number;
}

/** Of one run among those that go on at once, in seconds. */
export interface RunSpeed {
  perTrainedToken: number;
  perValidatedToken: number;
  /** Processor time. */
  cpuPerTrainedToken: number;
  cpuPerValidatedToken: number;
  /** From the start of a process to its first step. */
  start: number;
  cpuStart: number;
}

/** A shape and machine measured, with what the estimates between shapes go by. */
interface Kept {
  flopsPerToken: number;
  speed: RunSpeed;
}

const fileName = 'speeds.json';

/** Seconds a FLOP of a thread where nothing is measured: as on the reference machine. */
const secondsPerFlop = 1 / 9e10;
/** A micro-batch that takes longer than this is not measured. */
const longestPass = 5;
/** Steps of at least this many seconds make a measurement long enough; larger batches would only make it longer. */
const longestStep = 2;

export class Speeds {
  private constructor(
    private readonly file: string,
    private readonly kept: Record<string, Kept>,
  ) {}

  static open(output: string): Speeds {
    const file = join(output, fileName);
    return new Speeds(file, readJson<Record<string, Kept>>(file) ?? {});
  }

  /** Measured already, or so slow that it is left an estimate. */
  isKnown(of: SpeedOf): boolean {
    return this.kept[keyOf(of)] !== undefined || passSeconds(of) > longestPass;
  }

  async measure(of: SpeedOf): Promise<void> {
    const speed = perToken(await measureMachineSpeed({ ...of, shape: shortened(of) }, of.workers));
    this.kept[keyOf(of)] = { flopsPerToken: flopsOf(of), speed };
    await writeJson(this.file, this.kept);
  }

  /** Measured, or estimated from the shapes that were: seconds a FLOP change linearly with the logarithm of a token's FLOPs. */
  of(of: SpeedOf): RunSpeed {
    const known = this.kept[keyOf(of)];
    if (known !== undefined) return known.speed;
    const flops = flopsOf(of);
    const measured = Object.values(this.kept).sort((a, b) => a.flopsPerToken - b.flopsPerToken);
    if (measured.length === 0) return unmeasured(flops, of.threads);
    const above = measured.find(({ flopsPerToken }) => flopsPerToken >= flops) ?? measured.at(-1)!;
    const below = measured.findLast(({ flopsPerToken }) => flopsPerToken <= flops) ?? measured[0]!;
    const width = Math.log(above.flopsPerToken / below.flopsPerToken);
    const part = width === 0 ? 0 : Math.log(flops / below.flopsPerToken) / width;
    const between = (field: keyof RunSpeed, per: (kept: Kept) => number): number => {
      const [low, high] = [below.speed[field] / per(below), above.speed[field] / per(above)];
      return low + Math.min(1, Math.max(0, part)) * (high - low);
    };
    const scaled = (field: keyof RunSpeed): number =>
      flops * between(field, ({ flopsPerToken }) => flopsPerToken);
    return {
      perTrainedToken: scaled('perTrainedToken'),
      perValidatedToken: scaled('perValidatedToken'),
      cpuPerTrainedToken: scaled('cpuPerTrainedToken'),
      cpuPerValidatedToken: scaled('cpuPerValidatedToken'),
      start: between('start', () => 1),
      cpuStart: between('cpuStart', () => 1),
    };
  }
}

function perToken({ training, validation, startSeconds, startCpuSeconds }: MeasuredSpeed): RunSpeed {
  return {
    perTrainedToken: 1 / training.tokensPerSecond,
    perValidatedToken: 1 / validation.tokensPerSecond,
    cpuPerTrainedToken: training.cpuSecondsPerToken,
    cpuPerValidatedToken: validation.cpuSecondsPerToken,
    start: startSeconds,
    cpuStart: startCpuSeconds,
  };
}

function unmeasured(flops: number, threads: number): RunSpeed {
  const trained = (flops * secondsPerFlop) / threads;
  return {
    perTrainedToken: trained,
    perValidatedToken: trained / 3,
    cpuPerTrainedToken: trained * threads,
    cpuPerValidatedToken: (trained * threads) / 3,
    start: 2,
    cpuStart: 2,
  };
}

function keyOf({ model, vocabularySize, shape, threads, workers }: SpeedOf): string {
  const { batch, context } = shape;
  const { microBatch = null } = shape;
  const on = engineIdentity();
  return hashOf({ model, vocabularySize, batch, context, microBatch, threads, workers, on }).slice(0, 16);
}

function flopsOf({ model, vocabularySize, shape: { context } }: SpeedRequest): number {
  return flopsPerToken(buildModel(model, { vocabularySize, context }));
}

/** Of a window, the least that can be measured. */
function passSeconds(of: SpeedRequest): number {
  return (flopsOf(of) * of.shape.context * secondsPerFlop) / of.threads;
}

/** With the batch halved until a step is short; a step of many passes is as fast a token as one of a few. */
function shortened(of: SpeedRequest): SpeedRequest['shape'] {
  let { batch } = of.shape;
  while (batch % 2 === 0 && batch * passSeconds(of) > longestStep) batch /= 2;
  return batch === of.shape.batch ? of.shape : withoutMicroBatch(of.shape, batch);
}

function withoutMicroBatch({ microBatch, ...shape }: SpeedRequest['shape'], batch: number) {
  const divides = microBatch !== undefined && batch % microBatch === 0;
  return { ...shape, batch, ...(divides ? { microBatch } : {}) };
}
