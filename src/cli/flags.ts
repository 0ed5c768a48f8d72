/** Flags that more than one command takes, and how they override the study. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { plural } from '../amounts.js';
import { AssayError, ExitCode } from '../errors.js';
import type { BudgetSpec, Study } from '../records.js';
import { budgetExpectation, parseBudget, unnamed } from '../schema/index.js';

export interface RunFlags {
  json?: boolean;
  quiet?: boolean;
  output?: string;
  workers?: number;
  threads?: number;
  budget?: BudgetSpec;
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
    )
    .option(
      '--budget <amount>',
      'choose model, tokens, batch, context and seeds anew for this: 10m, 2h, "3 GPU-hours", "1e17 FLOPs"',
      budget,
    );
}

/** A copy of the study with the flags applied. */
export function applyRunFlags(study: Study, flags: RunFlags): Study {
  const run = { ...study.run };
  if (flags.output !== undefined) run.output = resolve(flags.output);
  if (flags.workers !== undefined) run.workers = flags.workers;
  if (flags.threads !== undefined) run.threads = flags.threads;
  return { ...(flags.budget === undefined ? study : withBudgetOf(study, flags.budget)), run };
}

/** What the study says of the sizes, and of what goes with them, is passed over; the rest of its proxy stays. */
function withBudgetOf(study: Study, budget: BudgetSpec): Study {
  if (study.compared.length > 0)
    throw new AssayError('--budget', 'a budget chooses the size of one proxy', {
      expected: 'a study with one proxy without a sweep, and no target',
      got: plural(study.compared.length, 'further setting'),
      exitCode: ExitCode.usage,
    });
  const {
    microBatch: _,
    warmupSteps: __,
    evaluateEvery: ___,
    evaluationTokens: ____,
    ...proxy
  } = study.proxy;
  return { ...study, budget, proxy: { ...proxy, name: unnamed } };
}

function budget(text: string): BudgetSpec {
  const limit = parseBudget(text);
  if (limit === undefined) throw new InvalidArgumentError(`Expected ${budgetExpectation}.`);
  return { text, limit, keeps: [] };
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected an integer of at least 1.');
  return value;
}
