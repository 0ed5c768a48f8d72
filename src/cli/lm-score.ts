/** `assay lm score MODEL --text FILE`: how well a model predicts a text. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { WordForm } from '../corpus/index.js';
import { wordsOption } from './lm-words.js';
import { printJson } from './output.js';
import { readText } from './read-text.js';

interface ScoreFlags {
  text: string;
  words?: WordForm;
  eachWord?: boolean;
  json?: boolean;
}

const jsonHelp = `
The JSON holds log10 (sum of the log10 probabilities of all words and line ends), words, sentences (lines with words),
unknown (words that the model does not know) and perplexity, 10^(-log10 / (words + sentences)); with --each-word also
scores: of each word and line end the word (<unk> for an unknown one), its log10 and order, the words of the longest
n-gram that ends there and that the model holds.`;

export function lmScoreCommand(): Command {
  return new Command('score')
    .description('Print the perplexity of a text under an n-gram language model.')
    .argument('<model>', 'ARPA file, or one that assay wrote')
    .requiredOption('--text <file>', 'the text, UTF-8')
    .addOption(wordsOption())
    .option('--each-word', 'with --json: list the probability of each word')
    .option('--json', 'print the score as JSON on stdout')
    .addHelpText('after', jsonHelp)
    .action(async (path: string, flags: ScoreFlags) => {
      const { perplexity, readLanguageModel, Scorer } = await import('../corpus/index.js');
      const text = readText(flags.text);
      const model = readLanguageModel(resolve(path), flags.words);
      const scores: { word: string; log10: number; order: number }[] = [];
      const list = (id: number, log10: number, order: number) =>
        scores.push({ word: model.vocabulary.word(id), log10, order });
      const score = new Scorer(model, flags.eachWord ? list : undefined).score(text);
      const total = { ...score, perplexity: perplexity(score) };
      if (flags.json) return printJson(flags.eachWord ? { ...total, scores } : total);
      const unknown = `${score.unknown.toLocaleString('en')} unknown`;
      process.stdout.write(
        `perplexity ${total.perplexity?.toFixed(2) ?? 'none'} over ${score.words.toLocaleString('en')} words ` +
          `(${unknown}) in ${score.sentences.toLocaleString('en')} ${score.sentences === 1 ? 'line' : 'lines'}\n`,
      );
    });
}
