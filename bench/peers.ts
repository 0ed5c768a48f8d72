/**
 * `npm run -s bench:peers [-- --shape NAME]`: our training step against PyTorch's, eager and compiled, and on the small
 * shapes against TensorFlow.js and jax-js on WebAssembly. fp32, 2 threads, same weights, windows and arithmetic.
 *
 * Prints JSON. `ratio` is their seconds over ours: above 1, ours is faster. Compiling and start are not measured. A peer
 * that is not installed is skipped with the reason; one whose losses differ from ours ends the benchmark.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { interleave, requireSameLosses } from './peers/interleave.js';
import { javascriptMissing, startJavascript } from './peers/javascript.js';
import { type Peer, startPeer, type Task, writeTask } from './peers/protocol.js';
import { pytorchMissing, startPyTorch } from './peers/pytorch.js';
import { threads } from './shape-trainer.js';
import { chosenShapes } from './shapes.js';

type Start = (folder: string) => Promise<Peer>;

/** Peers that hold a core's time for long on a large model are measured on the small ones only. */
const smallShapes = ['4x256', '2x64'];
const rounds = 5;

const startOurs: Start = (folder) =>
  startPeer(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'peers', 'our-step.ts'), folder]);
const pytorch: Record<string, Start> = {
  pytorchEager: (folder) => startPyTorch(folder, 'eager'),
  pytorchCompiled: (folder) => startPyTorch(folder, 'compiled'),
};
const javascript: Record<string, Start> = {
  tensorflowJsWasm: (folder) => startJavascript(folder, 'tensorflowJsWasm'),
  jaxJsWasm: (folder) => startJavascript(folder, 'jaxJsWasm'),
};

/** Our step and a group of peers, all alive, all but one idle. */
async function compare(folder: string, task: Task, group: Record<string, Start>) {
  const peers = new Map<string, Peer>();
  try {
    const ours = await startOurs(folder);
    peers.set('ours', ours);
    for (const [name, start] of Object.entries(group)) {
      const peer = await start(folder);
      peers.set(name, peer);
      requireSameLosses(ours, `${task.name}, ${name}`, peer);
    }
    const best = await interleave(peers, rounds);
    const ourSeconds = best.get('ours')!;
    return [...best].map(([name, seconds]) => ({
      name,
      seconds,
      ...(name === 'ours'
        ? { microBatch: task.microBatch }
        : { ratio: seconds / ourSeconds, ...peers.get(name)!.settings }),
      losses: peers.get(name)!.losses,
    }));
  } finally {
    await Promise.all([...peers.values()].map((peer) => peer.end()));
  }
}

const skipped: Record<string, string> = {};
const groups: { peers: Record<string, Start>; only?: readonly string[] }[] = [];
const noPyTorch = await pytorchMissing();
if (noPyTorch === undefined) groups.push({ peers: pytorch });
else skipped.pytorch = noPyTorch;
const noJavascript = await javascriptMissing();
if (noJavascript === undefined) groups.push({ peers: javascript, only: smallShapes });
else skipped.javascript = noJavascript;

const shapes = [];
for (const shape of chosenShapes(process.argv)) {
  const folder = await mkdtemp(join(tmpdir(), 'assay-peers-'));
  try {
    const task = await writeTask(folder, shape);
    const comparisons = [];
    for (const { peers, only } of groups) {
      if (only?.includes(shape.name) === false) continue;
      comparisons.push(await compare(folder, task, peers));
    }
    const { name, batch, context } = shape;
    shapes.push({ name, batch, context, comparisons });
  } finally {
    await rm(folder, { recursive: true });
  }
}
console.log(JSON.stringify({ threads, skipped, shapes }));
