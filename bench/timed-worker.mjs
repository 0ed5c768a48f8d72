/**
 * The worker process, with a clock on every run: its wall and CPU seconds, the share of them inside native calls of
 * ONNX Runtime, and the seconds of compiling. One JSON line a run is appended to the file that `ASSAY_TIMINGS` names.
 */
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const runtime = dirname(require.resolve('onnxruntime-node'));
const { binding } = require(join(runtime, 'binding.js'));

const file = process.env.ASSAY_TIMINGS;
const nothing = { runSeconds: 0, runCpuSeconds: 0, compileSeconds: 0, compileCpuSeconds: 0, calls: 0 };
const spent = { ...nothing };

function cpuSeconds(since) {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

function timed(key, call) {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  try {
    return call();
  } finally {
    spent[`${key}Seconds`] += (performance.now() - begin) / 1000;
    spent[`${key}CpuSeconds`] += cpuSeconds(cpu);
  }
}

binding.InferenceSession = class extends binding.InferenceSession {
  loadModel(...args) {
    return timed('compile', () => super.loadModel(...args));
  }
  run(...args) {
    spent.calls += 1;
    return timed('run', () => super.run(...args));
  }
};

let started;
const send = process.send.bind(process);
process.send = (message, ...rest) => {
  if (message.kind === 'ended') {
    const line = {
      pid: process.pid,
      folder: started.folder,
      wallSeconds: (performance.now() - started.wall) / 1000,
      cpuSeconds: cpuSeconds(started.cpu),
      ...spent,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }
  return send(message, ...rest);
};

await import('../dist/executor/worker.js');
// Only now: a first listener makes messages flow, and the worker must not miss one.
process.prependListener('message', ({ kind, folder }) => {
  if (kind !== 'train') return;
  Object.assign(spent, nothing);
  started = { folder, wall: performance.now(), cpu: process.cpuUsage() };
});
