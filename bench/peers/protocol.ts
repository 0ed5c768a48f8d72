/**
 * How a benchmark talks to the processes that it compares, in whatever language they are.
 *
 * A process is started with a folder: `task.json` (a `Task`), `init.safetensors` (initial weights under Hugging Face's
 * names, with our layouts) and `windows.i32` (int32 [batch, context + 1]). It takes `comparedSteps` steps, prints a
 * line {"losses": [...], "settings": {...}}, and then waits without computing. For every line N on its standard input
 * it takes N steps and prints {"seconds": best of them}. It ends with its input.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ModelConfig, OptimizerSpec } from '../../src/records.js';
import { writeSafetensors } from '../../src/store/index.js';
import { initialWeights, learningRate, optimizer, threads, windowsOf } from '../shape-trainer.js';
import { microBatchOf, modelOf, type Shape } from '../shapes.js';

export interface Task {
  name: string;
  config: ModelConfig;
  vocabularySize: number;
  context: number;
  batch: number;
  /** Windows of a pass. */
  microBatch: number;
  /** Whether the shape fixes the windows of a pass; if not, a peer may choose better ones. */
  fixedMicroBatch: boolean;
  threads: number;
  optimizer: OptimizerSpec;
  learningRate: number;
  comparedSteps: number;
}

const comparedSteps = 3;

export async function writeTask(folder: string, shape: Shape): Promise<Task> {
  const model = modelOf(shape);
  const { name, config, vocabularySize, context, batch } = shape;
  const microBatch = microBatchOf(shape, model);
  const fixedMicroBatch = shape.microBatch !== undefined;
  const size = { name, config, vocabularySize, context, batch, microBatch, fixedMicroBatch };
  const task: Task = { ...size, threads, optimizer, learningRate, comparedSteps };
  const weights = initialWeights(model);
  const tensors = model.parameters.map(
    ({ name, shape }) => [name, { shape, data: weights.get(name)! }] as const,
  );
  await writeFile(join(folder, 'task.json'), JSON.stringify(task));
  await writeFile(join(folder, 'windows.i32'), windowsOf(shape));
  await writeSafetensors(join(folder, 'init.safetensors'), new Map(tensors));
  return task;
}

/** A process that can be asked for bursts of steps. */
export interface Peer {
  /** Nats per token of the first steps. */
  losses: number[];
  settings: Record<string, unknown>;
  /** @returns the best time of that many steps, seconds */
  burst(steps: number): Promise<number>;
  end(): Promise<void>;
}

/** @throws Error with the end of what the process said, when it fails before it is ready */
export async function startPeer(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Peer> {
  const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...env } });
  const answers = answersOf(child);
  const { losses, settings } = (await answers.next()) as Pick<Peer, 'losses' | 'settings'>;
  return {
    losses,
    settings,
    burst: async (steps) => {
      child.stdin.write(`${steps}\n`);
      return ((await answers.next()) as { seconds: number }).seconds;
    },
    end: async () => {
      const closed = child.exitCode === null ? once(child, 'close') : undefined;
      child.stdin.end();
      await closed;
    },
  };
}

/** The lines of JSON that a process prints, one a call. */
function answersOf(child: ChildProcess): { next(): Promise<unknown> } {
  let said = '';
  child.stderr!.on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  child.on('error', (cause) => {
    said += cause.message;
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  return {
    next: async () => {
      for (;;) {
        const { done, value } = await lines.next();
        if (done) throw new Error(`${child.spawnargs.join(' ')}: ended early\n${said}`);
        if (value.startsWith('{')) return JSON.parse(value);
      }
    },
  };
}
