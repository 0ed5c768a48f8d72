/** Damaged files of one format in child processes: one that crashes or hangs costs its case, and the rest go on. */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CasesSummary, joined, noCases } from './summary.js';

const program = fileURLToPath(new URL('run-cases.ts', import.meta.url));
/** Cases of one process. */
const casesAtOnce = 5000;
/** A case that is read for so long hangs, however busy the machine is. */
const hangSeconds = 120;

/** @param folder for the files that were not borne, as `<case>-<file>` */
export async function runFormat(name: string, count: number, folder: string): Promise<CasesSummary> {
  mkdirSync(folder, { recursive: true });
  let summary = noCases();
  let from = 0;
  while (from < count && summary.failures.length < 20) {
    const size = Math.min(casesAtOnce, count - from);
    const part = await runCases(name, from, size, folder);
    summary = joined(summary, part);
    // After a crash the summary is of that case alone: those before it in the same process are not counted.
    from = part.cases === size ? from + size : lastCase(folder) + 1;
  }
  return summary;
}

function lastCase(folder: string): number {
  return Number(readFileSync(join(folder, 'current'), 'utf8'));
}

function runCases(name: string, from: number, count: number, folder: string): Promise<CasesSummary> {
  const words = ['--import', 'tsx', program, name, String(from), String(count), folder];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    errors = (errors + chunk).slice(-4000);
  });
  let seen = -1;
  const watch = setInterval(() => {
    const current = lastCaseOr(folder, -1);
    if (current === seen) child.kill('SIGKILL');
    seen = current;
  }, hangSeconds * 1000);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watch);
      if (output.endsWith('}\n')) return resolve(JSON.parse(output) as CasesSummary);
      const what = `the process ended: ${signal ?? `exit ${code}`}: ${errors}`;
      resolve({ ...noCases(), cases: 1, failures: [{ case: lastCaseOr(folder, from), what }] });
    });
  });
}

function lastCaseOr(folder: string, otherwise: number): number {
  try {
    return lastCase(folder);
  } catch {
    return otherwise;
  }
}
