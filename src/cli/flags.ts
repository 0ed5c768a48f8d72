/** Flags that more than one command takes, and how they override the study. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Study } from '../records.js';

export interface RunFlags {
  json?: boolean;
  quiet?: boolean;
  output?: string;
  workers?: number;
  threads?: number;
}

export function runFlags(command: Command): Command {
  return command
    .option('--json', 'print the report as JSON on stdout')
    .option('--quiet', 'no progress on stderr')
    .option('--output <folder>', 'folder of results (default: `run.output` of the study)')
    .option('--workers <n>', 'runs at once (default: as many as have cores and memory)', positiveInteger)
    .option(
      '--threads <n>',
      'threads of one run; part of what decides bits (default: 1, more where cores outnumber runs)',
      positiveInteger,
    );
}

/** A copy of the study with the flags applied. */
export function applyRunFlags(study: Study, flags: RunFlags): Study {
  const run = { ...study.run };
  if (flags.output !== undefined) run.output = resolve(flags.output);
  if (flags.workers !== undefined) run.workers = flags.workers;
  if (flags.threads !== undefined) run.threads = flags.threads;
  return { ...study, run };
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected an integer of at least 1.');
  return value;
}
