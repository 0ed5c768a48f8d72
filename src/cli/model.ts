/** `assay model …`: models as folders of the Hugging Face library. */
import { Command } from 'commander';
import { modelExportCommand } from './model-export.js';
import { modelLossCommand } from './model-loss.js';
import { exitCodesHelp } from './output.js';

export function modelCommand(): Command {
  const command = new Command('model').description('Export trained models, and score text with any model.');
  for (const part of [modelExportCommand(), modelLossCommand()]) {
    command.addCommand(part.addHelpText('after', exitCodesHelp).exitOverride());
  }
  return command;
}
