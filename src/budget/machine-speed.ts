/** The speed of as many runs as go on at once: each in a process of its own, since two of them slow each other. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AssayError, ExitCode } from '../errors.js';
import type { ModelConfig } from '../records.js';
import { mean } from '../stats/index.js';
import type { Speed, SpeedShape } from '../train/index.js';

/** What is measured; the child gets it as it is. */
export interface SpeedRequest {
  model: ModelConfig;
  vocabularySize: number;
  shape: SpeedShape;
  threads: number;
}

/** Of one run among those that go on at once. */
export interface MeasuredSpeed {
  training: Speed;
  validation: Speed;
  /** From the start of a process to its first step: loading, compiling. */
  startSeconds: number;
  startCpuSeconds: number;
}

export type ToSpeedChild = { kind: 'prepare'; request: SpeedRequest } | { kind: 'training' | 'validation' };
export type FromSpeedChild = { kind: 'prepared'; cpuSeconds: number } | { kind: 'speed'; speed: Speed };

/**
 * Takes some seconds.
 *
 * @param workers processes that measure at the same time
 * @throws AssayError when a process dies, as for want of memory
 */
export async function measureMachineSpeed(request: SpeedRequest, workers: number): Promise<MeasuredSpeed> {
  const path = childPath();
  const started = performance.now();
  // The workers' own flag; see `executor/worker-process.ts`.
  const children = Array.from({ length: workers }, () =>
    fork(path, [], { execArgv: ['--initial-heap-size=256'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  );
  const all = (message: ToSpeedChild): Promise<FromSpeedChild[]> =>
    Promise.all(children.map((child) => ask(child, message)));
  try {
    const prepared = await all({ kind: 'prepare', request });
    const startSeconds = (performance.now() - started) / 1000;
    const training = average(await all({ kind: 'training' }));
    const validation = average(await all({ kind: 'validation' }));
    const startCpuSeconds = mean(
      prepared.map((answer) => (answer.kind === 'prepared' ? answer.cpuSeconds : 0)),
    );
    return { training, validation, startSeconds, startCpuSeconds };
  } finally {
    for (const child of children) child.kill();
  }
}

function average(answers: FromSpeedChild[]): Speed {
  const speeds = answers.flatMap((answer) => (answer.kind === 'speed' ? [answer.speed] : []));
  return {
    tokensPerSecond: mean(speeds.map(({ tokensPerSecond }) => tokensPerSecond)),
    cpuSecondsPerToken: mean(speeds.map(({ cpuSecondsPerToken }) => cpuSecondsPerToken)),
  };
}

function ask(child: ChildProcess, message: ToSpeedChild): Promise<FromSpeedChild> {
  return new Promise((resolve, reject) => {
    const died = (code = child.exitCode, signal: string | null = child.signalCode): void =>
      reject(
        new AssayError('budget', 'the speed of this machine could not be measured', {
          got: `a process that ended with ${signal ?? `code ${code}`}`,
          fix: 'Give the proxy a smaller model, or a budget in FLOPs.',
          exitCode: ExitCode.system,
        }),
      );
    child.once('exit', died);
    child.once('message', (answer: FromSpeedChild) => {
      child.off('exit', died);
      resolve(answer);
    });
    if (child.connected) child.send(message, () => {});
    else died();
  });
}

/** Beside this file in a build, in `dist/` when this file runs from its TypeScript source. */
function childPath(): string {
  const fromSource = import.meta.url.endsWith('.ts');
  const place = fromSource ? '../../dist/budget/speed-child.js' : './speed-child.js';
  const path = fileURLToPath(new URL(place, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing: build the project first (npm run build)`);
  return path;
}
