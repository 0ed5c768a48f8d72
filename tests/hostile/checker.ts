/** The child process that tries tokenizers, kept from one to the next: a process for each takes a quarter second. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Check, CheckResult } from '../../src/tokens/hugging-face/check.js';
import { compiled } from '../../src/tokens/hugging-face/compiled.js';

export class Checker {
  private child: ChildProcessWithoutNullStreams | undefined;
  private checks = 0;

  /** What came of it; a child that ends is replaced by the next call, as `checkInChild` starts one for each. */
  async check(check: Check): Promise<CheckResult> {
    // Worker threads that were ended leave some memory behind.
    if (this.checks++ % 500 === 499) this.close();
    this.child ??= start();
    const line = await answerOf(this.child, check);
    if (line !== undefined && !line.includes('"takes more than')) return JSON.parse(line) as CheckResult;
    this.close();
    return line === undefined ? { error: 'it ends the process' } : (JSON.parse(line) as CheckResult);
  }

  close(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }
}

function start(): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [compiled('check-process.js')], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  child.stderr.resume();
  // A child that has ended is seen by its `close`.
  child.stdin.on('error', () => {});
  return child;
}

/** A line of the child's output; undefined when it ended instead. */
function answerOf(child: ChildProcessWithoutNullStreams, check: Check): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = '';
    const end = (line: string | undefined) => {
      child.stdout.off('data', read);
      child.off('close', close);
      resolve(line);
    };
    const close = () => end(undefined);
    const read = (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('\n')) end(text.slice(0, text.indexOf('\n')));
    };
    child.stdout.on('data', read);
    child.on('close', close);
    child.stdin.write(`${JSON.stringify(check)}\n`);
  });
}
