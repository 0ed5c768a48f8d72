/** `assay lm train --text FILES… --out MODEL`: an n-gram model with modified Kneser-Ney smoothing. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { WordForm } from '../corpus/index.js';
import { positiveInteger } from './flags.js';
import { wordsOption } from './lm-words.js';
import { note, printJson } from './output.js';

interface TrainFlags {
  text: string[];
  field: string;
  out: string;
  order: number;
  prune: number[];
  words?: WordForm;
  discountFallback?: boolean;
  json?: boolean;
}

export function lmTrainCommand(): Command {
  return new Command('train')
    .description('Train an n-gram language model; each line of the text is a sentence.')
    .requiredOption(
      '--text <files...>',
      'text to train on: files, folders or globs of any format that sources have',
    )
    .requiredOption('--out <file>', 'the model: ARPA if the name ends in .arpa, else the format of assay')
    .option('--field <name>', 'field that holds the text, in files with fields', 'text')
    .option('--order <n>', 'words of the longest n-grams, 2 to 10', positiveInteger, 5)
    .option(
      '--prune <counts...>',
      'by order from 1: leave n-grams out that occur at most so often; the last holds for all higher orders',
      addCount,
      [],
    )
    .addOption(wordsOption())
    .option(
      '--discount-fallback',
      'train on text whose counts allow no estimate of discounts, with 0.5, 1 and 1.5',
    )
    .option('--json', 'print what was trained as JSON on stdout')
    .action(async (flags: TrainFlags) => {
      const corpus = await import('../corpus/index.js');
      const source = { paths: flags.text.map((path) => resolve(path)), text: flags.field };
      const { model, ...trained } = await corpus.trainLanguageModel(
        texts(corpus.readDocuments('--text', source, corpus.failOnMalformed, { maximumBytes: 1 << 29 })),
        {
          order: flags.order,
          prune: flags.prune.length > 0 ? flags.prune : [0],
          words: flags.words ?? 'normalised',
          discountFallback: flags.discountFallback === true,
        },
      );
      await corpus.writeLanguageModel(resolve(flags.out), model);
      if (flags.json) return printJson(trained);
      const grams = trained.grams
        .map((count, i) => `${count.toLocaleString('en')} ${i + 1}-grams`)
        .join(', ');
      const text = `${trained.words.toLocaleString('en')} words in ${trained.sentences.toLocaleString('en')} lines`;
      note(`${flags.out}: ${grams}, from ${text}`);
    });
}

async function* texts(documents: AsyncIterable<{ text: string }>): AsyncIterable<string> {
  for await (const { text } of documents) yield text;
}

function addCount(text: string, counts: number[]): number[] {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected integers of at least 0.');
  return [...counts, Number(text)];
}
