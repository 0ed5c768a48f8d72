/**
 * `npm run -s bench:workers`: what two workers of one thread train in the time of one, and how much of their time is
 * arithmetic.
 *
 * `sideBySide` is the machine's own answer: steps of the shape, and bare matrix products, in two processes of one thread
 * that take turns in slices of seconds. `shapes` is that of whole workers, in turns of minutes, and so of a drifting machine.
 * Real worker processes train real run folders, two runs each, so that the second finds its graphs compiled. One worker
 * and two take turns. Throughput is training tokens over the time from a worker's order to train until its answer, less
 * the compilation of a worker's first run, which in a study of hours is nothing; validation, checkpoints and results
 * are inside. `callRatio` is of whole calls instead, start of processes and compilation included. On a machine that
 * others use, look at the shares of CPU time instead.
 * `SHAPE=4x256`, `ROUNDS=2`, `STEPS=8` and `REPEATS=1` make it shorter.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runLocally } from '../src/executor/index.js';
import { type Shape, shapeNamed } from './shapes.js';
import { sideBySide } from './side-by-side.js';
import { prepareRuns } from './synthetic-runs.js';

const repeats = Number(process.env.REPEATS ?? 3);
const runsPerWorker = 2;
/** Steps of a run: about 20 seconds. */
const measured = [
  ['4x256', 24],
  ['2x64', 300],
] as const;
const only = process.env.SHAPE;
const worker = fileURLToPath(new URL('timed-worker.mjs', import.meta.url));

/** One run as timed-worker.mjs times it. */
interface Timing {
  pid: number;
  wallSeconds: number;
  cpuSeconds: number;
  runSeconds: number;
  runCpuSeconds: number;
  compileSeconds: number;
  compileCpuSeconds: number;
  /** Of ONNX Runtime. */
  calls: number;
}

/** Trains the runs of `workers` workers anew. */
async function train(pristine: string[], workers: number): Promise<{ seconds: number; timings: Timing[] }> {
  const folders = pristine.slice(0, runsPerWorker * workers);
  for (const folder of folders) {
    for (const file of ['metrics.jsonl', 'documents.parquet', 'checkpoint.safetensors', 'done.json']) {
      rmSync(join(folder, file), { force: true });
    }
  }
  const file = join(pristine[0]!, '..', 'timings.jsonl');
  rmSync(file, { force: true });
  process.env.ASSAY_TIMINGS = file;
  const begin = performance.now();
  const outcomes = await runLocally({ folders, workers, worker });
  const seconds = (performance.now() - begin) / 1000;
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (failed) throw new Error(`a run failed: ${JSON.stringify(failed)}`);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return { seconds, timings: lines.map((line) => JSON.parse(line) as Timing) };
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

/** What a call's workers did: tokens per second of all, and shares of their time. */
function summarise({ timings }: Awaited<ReturnType<typeof train>>, tokensPerRun: number) {
  const training = timings.map(({ wallSeconds, compileSeconds }) => wallSeconds - compileSeconds);
  const cpu = sum(timings.map(({ cpuSeconds, compileCpuSeconds }) => cpuSeconds - compileCpuSeconds));
  const pids = [...new Set(timings.map(({ pid }) => pid))];
  return {
    tokensPerSecond: sum(
      pids.map((pid) => {
        const own = training.filter((_, i) => timings[i]!.pid === pid);
        return (own.length * tokensPerRun) / sum(own);
      }),
    ),
    insideShare: sum(timings.map(({ runSeconds }) => runSeconds)) / sum(training),
    insideShareOfCpu: sum(timings.map(({ runCpuSeconds }) => runCpuSeconds)) / cpu,
    /** Well below 1: the machine had other work, and wall times say little. */
    cpuShare: cpu / sum(training),
  };
}

async function measure(shape: Shape, steps: number) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const folders = await prepareRuns(folder, shape, 2 * runsPerWorker, steps);
    const tokensPerRun = steps * shape.batch * shape.context;
    const rows = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const calls = { one: await train(folders, 1), two: await train(folders, 2) };
      const one = summarise(calls.one, tokensPerRun);
      const two = summarise(calls.two, tokensPerRun);
      rows.push({
        one,
        two,
        ratio: two.tokensPerSecond / one.tokensPerSecond,
        callRatio: (2 * calls.one.seconds) / calls.two.seconds,
        timings: [...calls.one.timings, ...calls.two.timings],
      });
    }
    return {
      name: shape.name,
      steps,
      ratio: median(rows.map(({ ratio }) => ratio)),
      callRatio: median(rows.map(({ callRatio }) => callRatio)),
      insideShareOfOne: median(rows.map(({ one }) => one.insideShare)),
      insideShareOfTwo: median(rows.map(({ two }) => two.insideShare)),
      repeats: rows,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const turns = { rounds: Number(process.env.ROUNDS ?? 6), sliceSeconds: 5 };
const sideBySides: Record<string, unknown> = { product: await sideBySide('product', turns) };
const shapes = [];
for (const [name, steps] of measured) {
  if (only !== undefined && only !== name) continue;
  sideBySides[name] = await sideBySide(name, turns);
  shapes.push(await measure(shapeNamed(name), Number(process.env.STEPS ?? steps)));
}
console.log(JSON.stringify({ turns, sideBySide: sideBySides, runsPerWorker, shapes }));
