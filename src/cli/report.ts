/** `assay report study.yaml`: rank what has been trained so far and write the report again, without training. */
import { Command } from 'commander';
import { loadStudy } from '../load-study.js';
import { applyRunFlags, type RunFlags, runFlags } from './flags.js';
import { printOutcome } from './output.js';
import { terminalListener } from './progress.js';

export function reportCommand(): Command {
  const command = new Command('report')
    .description('Rank the finished runs of a study and write its report again, without training.')
    .argument('<study>', 'study file, for example study.yaml');
  return runFlags(command).action(async (file: string, flags: RunFlags) => {
    const study = applyRunFlags(await loadStudy(file), flags);
    const { runStudy } = await import('../study.js');
    const outcome = await runStudy(study, { train: false, listener: terminalListener(flags.quiet ?? false) });
    await printOutcome(outcome, flags.json ?? false);
  });
}
