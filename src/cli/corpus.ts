/** `assay corpus`: look at data before any of it is trained on. */
import { Command } from 'commander';
import { corpusInspectCommand } from './corpus-inspect.js';
import { corpusSampleCommand } from './corpus-sample.js';
import { corpusSignalsCommand } from './corpus-signals.js';

export function corpusCommand(): Command {
  return new Command('corpus')
    .description(
      'Look at the data: what the documents are like, their signals, and samples that a condition selects.',
    )
    .addCommand(corpusInspectCommand())
    .addCommand(corpusSignalsCommand())
    .addCommand(corpusSampleCommand());
}
