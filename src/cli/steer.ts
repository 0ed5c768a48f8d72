/** `assay steer`: a schedule of mixtures from proxies' trajectories, and a controller that follows the target's losses. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { AssayError, ExitCode } from '../errors.js';
import { loadStudy } from '../load-study.js';
import type { MixtureSchedule } from '../mixture/index.js';
import type { SteeredRun } from '../steered-runs.js';
import { applyRunFlags, positiveInteger, type RunFlags, runFlags } from './flags.js';
import { nonNegativeNumber, shareOfDomain, tokenAmount } from './mixture-flags.js';
import { exitCodesHelp, note, printJson } from './output.js';
import { terminalListener } from './progress.js';
import { readText } from './read-text.js';
import { resultsOptions, type TrajectoryFlags } from './results-flags.js';
import { withInterrupt } from './signals.js';
import type { SteerPlanFlags } from './steer-plan.js';

export function steerCommand(): Command {
  const command = new Command('steer').description(
    'Choose a mixture for every stage of training, before it or while it goes on: docs/steering.md.',
  );
  for (const part of [planCommand(), nextCommand(), serveCommand(), runCommand(), replayCommand()])
    command.addCommand(part.addHelpText('after', exitCodesHelp).exitOverride());
  return command;
}

function runsFlags(command: Command): Command {
  return resultsOptions(
    command
      .option('--mixtures <csv>', 'shares by domain, a row a run; with a column `step`, from that step on')
      .option('--trajectories <csv>', 'losses of the same runs: run,step,domain,loss'),
  );
}

function planCommand(): Command {
  return runsFlags(
    new Command('plan').description('Learn from proxies, print the schedule, and make a controller.'),
  )
    .requiredOption('--objective <losses...>', 'what to bring down, as name or name=weight')
    .requiredOption('--out <folder>', 'where the controller is made')
    .option('--stages <n>', 'how many of equal length, or where they end, such as 0.1,0.5', '10')
    .addOption(
      new Option(
        '--horizon <name>',
        'plan: all stages together; hold: as if kept to the end; stage: the next only',
      )
        .choices(['plan', 'hold', 'stage'])
        .default('plan'),
    )
    .addOption(
      new Option('--regressor <name>', 'what is fitted to each loss of each stage')
        .choices(['auto', 'gp', 'gbdt', 'loglinear', 'linear'])
        .default('gp'),
    )
    .option('--pooled', 'one fit for all stages, with the progress as a feature')
    .addOption(
      new Option('--predict <what>', 'the loss after a stage, or its change in it')
        .choices(['loss', 'change'])
        .default('loss'),
    )
    .option('--prior <file>', 'tokens or shares by domain to draw around (default: the mean of the proxies)')
    .option('--supply <file>', 'tokens that there are of each domain')
    .option('--budget <tokens>', 'tokens that the target trains on, such as 25B', tokenAmount)
    .option('--max-repeat <times>', 'how often a token may be trained on', nonNegativeNumber, 4)
    .option('--min <domain=share>', 'least share of a domain; may be given again', shareOfDomain, new Map())
    .option('--max <domain=share>', 'largest share of a domain; may be given again', shareOfDomain, new Map())
    .option('--extrapolate', 'allow shares that no proxy had (default: no)')
    .option('--max-change <share>', 'most that a share may change between stages', nonNegativeNumber)
    .option(
      '--change-penalty <weight>',
      'cost of a nat of divergence from the stage before',
      nonNegativeNumber,
      0,
    )
    .option('--draws <count>', 'mixtures drawn for a choice', positiveInteger)
    .option('--keep <count>', 'how many of the best are averaged', positiveInteger)
    .option('--seed <text>', 'seed of fits and draws', '0')
    .option('--quiet', 'no progress on stderr')
    .option('--json', 'print the schedule as JSON on stdout')
    .action(async (flags: SteerPlanFlags) => {
      const { planSteering } = await import('./steer-plan.js');
      const schedule = await planSteering(flags);
      if (flags.json) printJson(schedule);
      else process.stdout.write(scheduleText(schedule));
    });
}

function nextCommand(): Command {
  return new Command('next')
    .description('Print the mixture of the next stage as JSON, given the losses that the target shows now.')
    .requiredOption('--controller <folder>', 'as `assay steer plan` made it')
    .requiredOption('--losses <file>', 'JSON: { "stage": 0, "losses": { "wiki": 9.1, … } }')
    .option('--json', 'errors as JSON, too')
    .action(async ({ controller, losses }: { controller: string; losses: string }) => {
      const { openController } = await import('../mixture/index.js');
      printJson(openController(resolve(controller)).next(jsonIn(losses)));
    });
}

interface ServeFlags {
  controller: string;
  tokenFile: string;
  port: number;
  host: string;
}

function serveCommand(): Command {
  return new Command('serve')
    .description('Answer POST /next over HTTP, until Ctrl-C.')
    .requiredOption('--controller <folder>', 'as `assay steer plan` made it')
    .requiredOption('--token-file <file>', 'holds the token; made with permissions 0600 where there is none')
    .option('--port <n>', '0 takes a free one', port, 0)
    .option(
      '--host <address>',
      'other than this machine only where all who reach it are trusted',
      '127.0.0.1',
    )
    .action(async (flags: ServeFlags) => {
      const { openController } = await import('../mixture/index.js');
      const { serveSteering, tokenIn } = await import('../server/index.js');
      const controller = openController(resolve(flags.controller));
      const { url, close } = await serveSteering({
        controller,
        token: tokenIn(resolve(flags.tokenFile)),
        host: flags.host,
        port: flags.port,
        onError: note,
      });
      printJson({ url });
      if (!/^(127\.|::1$|localhost$)/.test(flags.host))
        note(
          `Warning: ${flags.host} can be reached from other machines, and the token crosses the network in the clear.`,
        );
      await new Promise<void>((stop) => {
        process.once('SIGINT', stop);
        process.once('SIGTERM', stop);
      });
      await close();
    });
}

function runCommand(): Command {
  const command = new Command('run')
    .description("Train a study's proxy, each seed on the mixtures that its own losses lead to. Resumes.")
    .argument('<study>', 'study file; its validation domains are the losses of the controller')
    .requiredOption('--controller <folder>', 'as `assay steer plan` made it; it stays as it is')
    .option('--recipe <name>', 'the documents of each domain (default: the only recipe)');
  return runFlags(command).action(
    async (file: string, flags: RunFlags & { controller: string; recipe?: string }) => {
      const study = applyRunFlags(await loadStudy(file), flags);
      const { runSteered } = await import('../steered-runs.js');
      const listener = terminalListener(flags.quiet ?? false);
      const { controller, recipe } = flags;
      const runs = await withInterrupt((signal) =>
        runSteered(study, { controller, signal, listener, ...(recipe !== undefined && { recipe }) }),
      ).finally(() => listener.close());
      if (flags.json) printJson(runs);
      else process.stdout.write(runs.map(steeredText).join('\n'));
      if (runs.some(({ result }) => result.failure !== undefined)) process.exitCode = ExitCode.runsFailed;
    },
  );
}

function replayCommand(): Command {
  return runsFlags(
    new Command('replay').description(
      'Answer the journal anew and compare; or follow past runs: predicted and real losses, and the mixtures advised.',
    ),
  )
    .requiredOption('--controller <folder>', 'as `assay steer plan` made it')
    .action(async ({ controller: folder, ...flags }: TrajectoryFlags & { controller: string }) => {
      const { openController, replayJournal, replayRun } = await import('../mixture/index.js');
      const controller = openController(resolve(folder));
      if (flags.mixtures === undefined && flags.trajectories === undefined && flags.results === undefined) {
        const stages = replayJournal(controller);
        printJson({ same: stages.every(({ same }) => same), stages });
        return;
      }
      const { readTrajectoriesFrom } = await import('./trained-runs.js');
      const { runs, domains, metrics } = await readTrajectoriesFrom(flags);
      const { model } = controller.spec;
      if (`${domains}|${metrics}` !== `${model.domains}|${model.metrics}`)
        throw new AssayError('runs', 'other domains or losses than those of the controller', {
          expected: `${model.domains.join(', ')} with losses ${model.metrics.join(', ')}, in this order`,
          got: `${domains.join(', ')} with losses ${metrics.join(', ')}`,
        });
      printJson(runs.map((run) => ({ run: run.run, stages: replayRun(controller.spec, run) })));
    });
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readText(resolve(file)));
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    throw new AssayError(file, 'not JSON', { expected: '{ "stage": 0, "losses": { … } }', cause });
  }
}

function port(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= 0 && value < 65_536) return value;
  throw new InvalidArgumentError('Expected 0 to 65535.');
}

/** A row a stage: its shares; below, what the run has reached. */
function steeredText({ id, answers, result }: SteeredRun): string {
  const rows = answers.map(({ end, mixture }) => {
    const shares = Object.entries(mixture).map(
      ([domain, share]) => `${domain} ${(100 * share).toFixed(1)} %`,
    );
    return `  until ${(100 * end).toFixed(0)} %: ${shares.join(', ')}`;
  });
  const last = result.evaluations.at(-1)?.domains ?? {};
  const losses = Object.entries(last).map(([domain, { lossNats }]) => `${domain} ${lossNats.toFixed(4)}`);
  const reached = result.failure ?? losses.join(', ');
  return `${[id, ...rows, `  reached: ${reached}`].join('\n')}\n`;
}

/** A row a stage: its shares, and what is predicted of the objective's losses at its end. */
function scheduleText({ phases, objective }: MixtureSchedule): string {
  const domains = Object.keys(phases[0]!.mixture);
  const losses = Object.keys(objective);
  const cell = (text: string, i: number) =>
    text.padStart(Math.max(12, [...domains, ...losses][i]!.length + 2));
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const rows = phases.map(({ end, mixture, predicted, relaxed }) => {
    const shares = domains.map((domain) => percent(mixture[domain]!));
    const at = losses.map((loss) => predicted[loss]!.lossNats.toFixed(4));
    const passed = relaxed === undefined ? '' : `  passed over: ${relaxed.join(', ')}`;
    return `${percent(end).padStart(8)}${[...shares, ...at].map(cell).join('')}${passed}`;
  });
  return `${['   until', ...[...domains, ...losses].map(cell)].join('')}\n${rows.join('\n')}\n`;
}
