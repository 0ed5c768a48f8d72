/** `assay lm convert FROM TO`: between ARPA and the format of Assay, which is smaller and read at once. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { WordForm } from '../corpus/index.js';
import { wordsOption } from './lm-words.js';

export function lmConvertCommand(): Command {
  return new Command('convert')
    .description('Convert an n-gram language model: ARPA if a name ends in .arpa, else the format of assay.')
    .argument('<from>', 'ARPA file, or one that assay wrote')
    .argument('<to>', 'file to write')
    .addOption(wordsOption())
    .action(async (from: string, to: string, flags: { words?: WordForm }) => {
      const { readLanguageModel, writeLanguageModel } = await import('../corpus/index.js');
      await writeLanguageModel(resolve(to), readLanguageModel(resolve(from), flags.words));
    });
}
