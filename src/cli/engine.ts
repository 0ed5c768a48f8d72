/** `assay engine …`: what trains. */
import { Command } from 'commander';
import { engineTorchCommand } from './engine-torch.js';
import { exitCodesHelp } from './output.js';

export function engineCommand(): Command {
  return new Command('engine')
    .description('Look at the engines that train beside the built-in one.')
    .addCommand(engineTorchCommand().addHelpText('after', exitCodesHelp).exitOverride());
}
