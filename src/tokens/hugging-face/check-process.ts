/**
 * Child process that tries tokenizers, because the `tokenizers` library ends the process for some broken files.
 *
 * Each line of its input is one tokenizer, `{ "json": …, "texts": […] }`; each line of its output is what came of it:
 * `{ "ids": [[…], …] }` or `{ "error": … }`. A tokenizer that takes too much time or memory ends the process, after
 * a line that says so.
 */
import { writeSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Check, CheckResult } from './check.js';
import { compiled } from './compiled.js';
import type { Answer, Question, WorkerInput } from './native-worker.js';

function write(result: CheckResult): void {
  writeSync(1, `${JSON.stringify(result)}\n`);
}

async function check({ json, texts }: Check): Promise<CheckResult> {
  const { port1, port2 } = new MessageChannel();
  const input: WorkerInput = { json, port: port2, signal: new Int32Array(new SharedArrayBuffer(4)) };
  const worker = new Worker(compiled('native-worker.js'), { workerData: input, transferList: [port2] });
  const next = () =>
    new Promise<Answer>((resolve) => {
      port1.once('message', resolve);
      worker.once('error', (error) => resolve({ error: error.message }));
    });
  try {
    let answer = await next();
    const ids: number[][] = [];
    for (const text of texts) {
      if ('error' in answer) break;
      port1.postMessage({ text } satisfies Question);
      answer = await next();
      if (!('ids' in answer)) break;
      ids.push([...answer.ids]);
      port1.postMessage({ ids: [...answer.ids] } satisfies Question);
      answer = await next();
    }
    return 'error' in answer ? answer : { ids };
  } finally {
    port1.close();
    await worker.terminate();
  }
}

let limits: { cpuSeconds: number; bytes: number } | undefined;
let cpuBefore = 0;
const cpuSeconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
setInterval(() => {
  if (limits === undefined) return;
  const slow = cpuSeconds() - cpuBefore > limits.cpuSeconds;
  if (!slow && process.memoryUsage.rss() < limits.bytes) return;
  write({ error: slow ? `takes more than ${limits.cpuSeconds} s` : `takes more than ${limits.bytes} bytes` });
  process.kill(process.pid, 'SIGKILL');
}, 20);

async function answerLine(line: string): Promise<void> {
  cpuBefore = cpuSeconds();
  limits = { cpuSeconds: 2 + (2 * line.length) / 1e6, bytes: 600e6 + 40 * line.length };
  write(await check(JSON.parse(line) as Check));
  limits = undefined;
}

// Not by `readline`, to which U+2028 inside a text is the end of a line.
let rest = '';
for await (const chunk of process.stdin.setEncoding('utf8')) {
  const lines = (rest + chunk).split('\n');
  rest = lines.pop()!;
  for (const line of lines) await answerLine(line);
}
process.exit();
