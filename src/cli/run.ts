/** `assay run study.yaml`: the whole journey, resumed where it stopped. */
import { Command } from 'commander';
import { ExitCode } from '../errors.js';
import { loadStudy } from '../load-study.js';
import { applyRunFlags, type RunFlags, runFlags } from './flags.js';
import { note, printOutcome } from './output.js';
import { terminalListener } from './progress.js';
import { withInterrupt } from './signals.js';

export function runCommand(): Command {
  const command = new Command('run')
    .description('Train the proxies of a study, rank its recipes and write the report. Resumes.')
    .argument('<study>', 'study file, for example study.yaml');
  return runFlags(command).action(async (file: string, flags: RunFlags) => {
    const study = applyRunFlags(await loadStudy(file), flags);
    // Loaded late: the engine and the charts take half a second that `--help` should not.
    const { runStudy } = await import('../study.js');
    const listener = terminalListener(flags.quiet ?? false);
    const outcome = await withInterrupt((signal) => runStudy(study, { signal, listener })).finally(() =>
      listener.close(),
    );
    await printOutcome(outcome, flags.json ?? false);
    const failed = outcome.report.runs.filter((run) => run.status === 'failed');
    const others = (outcome.report.compared ?? []).flatMap(({ failed }) => failed);
    for (const run of [...failed, ...others]) note(`run ${run.id} failed: ${run.reason}`);
    process.exitCode = failed.length + others.length > 0 ? ExitCode.runsFailed : ExitCode.ok;
  });
}
