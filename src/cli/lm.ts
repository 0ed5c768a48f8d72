/** `assay lm …`: n-gram language models that documents are judged by. */
import { Command } from 'commander';
import { lmConvertCommand } from './lm-convert.js';
import { lmScoreCommand } from './lm-score.js';
import { lmTrainCommand } from './lm-train.js';
import { exitCodesHelp } from './output.js';

export function lmCommand(): Command {
  const command = new Command('lm').description('Train, apply and convert n-gram language models.');
  for (const part of [lmTrainCommand(), lmScoreCommand(), lmConvertCommand()]) {
    command.addCommand(part.addHelpText('after', exitCodesHelp).exitOverride());
  }
  return command;
}
