/** What a trainer that is another program tells while it is at work, from the lines that it appends to files. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { RunSpec, StepMetric } from '../../records.js';
import { runFiles } from '../folder.js';
import type { RunProgress } from '../options.js';
import { metricLineShape } from '../protocol.js';

const pollMilliseconds = 200;

/**
 * Tells of the last step whenever there is a new one. Lines that are not right are left for the check at the end.
 * @returns a function that looks once more and stops
 */
export function followMetrics(
  folder: string,
  { id, steps, batch, context }: RunSpec,
  onProgress: (progress: RunProgress) => void,
): () => void {
  const started = performance.now();
  /** Steps done when this attempt began. */
  let before: number | undefined;
  return followLines(join(folder, runFiles.metrics), (lines) => {
    const taken = lines.map(stepOf).filter((line) => line !== undefined);
    const last = taken.at(-1);
    if (last === undefined) return;
    before ??= taken[0]!.step - 1;
    const tokensPerSecond = ((last.step - before) * batch * context * 1000) / (performance.now() - started);
    onProgress({ id, step: last.step, steps, tokensPerSecond, lossNats: last.lossNats });
  });
}

/**
 * Tells of the lines that are appended to a file from now on.
 * @returns a function that looks once more and stops
 */
export function followLines(path: string, onLines: (lines: string[]) => void): () => void {
  let from = readFrom(path, 0).end;
  let torn = '';
  const look = (): void => {
    const { text, end } = readFrom(path, from);
    from = end;
    const lines = (torn + text).split('\n');
    torn = lines.pop()!;
    if (lines.length > 0) onLines(lines);
  };
  const timer = setInterval(look, pollMilliseconds);
  return () => {
    clearInterval(timer);
    look();
  };
}

function stepOf(line: string): StepMetric | undefined {
  try {
    const { data } = metricLineShape.safeParse(JSON.parse(line));
    return data?.kind === 'step' ? (data as StepMetric) : undefined;
  } catch {
    return undefined;
  }
}

/** What is new after byte `from`, and where it ends; a file that became shorter is read from there on. */
function readFrom(path: string, from: number): { text: string; end: number } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return { text: '', end: from };
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    const length = readSync(file, bytes, 0, bytes.length, from);
    return { text: bytes.toString('utf8', 0, length), end: Math.min(from, fstatSync(file).size) + length };
  } finally {
    closeSync(file);
  }
}
