/** Whether a tokenizer is harmless to the process that loads it, found out in a child process. */
import { spawnSync } from 'node:child_process';
import { AssayError } from '../../errors.js';
import { compiled } from './compiled.js';

export interface Check {
  /** What `forLibrary` gave. */
  json: string;
  texts: readonly string[];
}
export type CheckResult = { ids: number[][] } | { error: string };

/** The child ends itself long before; this is for one that cannot. */
const patienceMilliseconds = 300_000;

/**
 * Ids of the texts, encoded and decoded by the library in a process of its own.
 * @throws AssayError when the library refuses the tokenizer, crashes, or takes too long or too much memory
 */
export function checkInChild(path: string, check: Check): number[][] {
  const { stdout, signal, status } = spawnSync(process.execPath, [compiled('check-process.js')], {
    input: `${JSON.stringify(check)}\n`,
    maxBuffer: 64 * 1024 * 1024,
    timeout: patienceMilliseconds,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [line = ''] = (stdout ?? '').split('\n', 1);
  const result: CheckResult =
    line === '' ? { error: `it ends the process (${signal ?? `exit ${status}`})` } : JSON.parse(line);
  if ('ids' in result) return result.ids;
  throw refusal(path, result.error);
}

export function refusal(path: string, got: string): AssayError {
  return new AssayError(path, 'refused by Hugging Face tokenizers', {
    expected: 'a tokenizer that loads and encodes',
    got: got.slice(0, 300),
  });
}
