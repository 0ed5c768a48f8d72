#!/usr/bin/env node
/** The `assay` command. Each command is a thin file beside this one; the work is in the stages. */
import { Command, CommanderError } from 'commander';
import { ExitCode } from '../errors.js';
import { assayVersion } from '../version.js';
import { corpusCommand } from './corpus.js';
import { doremiCommand } from './doremi.js';
import { engineCommand } from './engine.js';
import { exportCommand } from './export.js';
import { fitCommand } from './fit.js';
import { importCommand } from './import.js';
import { initCommand } from './init.js';
import { lmCommand } from './lm.js';
import { mixCommand } from './mix.js';
import { modelCommand } from './model.js';
import { endWithReaders, exitCodesHelp, reportError } from './output.js';
import { planCommand } from './plan.js';
import { proposeCommand } from './propose.js';
import { rateCommand } from './rate.js';
import { reportCommand } from './report.js';
import { runCommand } from './run.js';
import { simulateCommand } from './simulate.js';
import { steerCommand } from './steer.js';
import { transferCommand } from './transfer.js';

const program = new Command('assay')
  .description('Tells a pretraining data team what its data is worth, with small runs it can trust.')
  .version(assayVersion())
  .addHelpText('after', exitCodesHelp)
  .showHelpAfterError('Run the command with --help to see its flags.')
  .configureHelp({ showGlobalOptions: true });
for (const command of [
  initCommand(),
  planCommand(),
  rateCommand(),
  runCommand(),
  reportCommand(),
  modelCommand(),
  engineCommand(),
  corpusCommand(),
  lmCommand(),
  simulateCommand(),
  importCommand(),
  transferCommand(),
  fitCommand(),
  mixCommand(),
  proposeCommand(),
  doremiCommand(),
  steerCommand(),
  exportCommand(),
]) {
  program.addCommand(command.addHelpText('after', exitCodesHelp).exitOverride());
}
program.exitOverride();

endWithReaders();
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.ok : ExitCode.usage;
  else process.exitCode = reportError(error, process.argv.includes('--json'));
}
