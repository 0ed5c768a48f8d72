/** `assay model loss DIR --text FILE --tokenizer T`: how well a model predicts a text. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { positiveInteger } from './flags.js';
import { printJson } from './output.js';
import { readText } from './read-text.js';

interface LossFlags {
  text: string;
  tokenizer: string;
  context?: number;
  threads?: number;
  json?: boolean;
}

const longestDefault = 2048;

const windowsHelp = `
The text is tokenized as it stands; no token is put before it or after it. Windows of N + 1 tokens follow each other
and share one token, so every token but the first is predicted exactly once, from at most N tokens before it.

The JSON holds family, parameters, context (N), tokens, lossNats (mean over the predicted tokens) and tokenLosses
(nats of tokens 1, 2, … in order).`;

export function modelLossCommand(): Command {
  return new Command('loss')
    .description('Print the loss of a model on a text: nats per token, and with --json of every token.')
    .argument('<folder>', 'Hugging Face folder: config.json and model.safetensors, or its shards')
    .requiredOption('--text <file>', 'the text, UTF-8')
    .requiredOption('--tokenizer <name>', 'bytes, gpt2, or the path of a tokenizer.json that assay wrote')
    .option('--context <n>', `N (default: the model's, at most ${longestDefault})`, positiveInteger)
    .option('--threads <n>', 'threads (default: 1)', positiveInteger)
    .option('--json', 'print the losses as JSON on stdout')
    .addHelpText('after', windowsHelp)
    .action(async (folder: string, flags: LossFlags) => {
      const { countParameters, readHuggingFace, textLosses } = await import('../model/index.js');
      const { namedTokenizer } = await import('../tokens/index.js');
      const text = readText(flags.text);
      const tokenizer = namedTokenizer(flags.tokenizer);
      const { model, parameters } = await readHuggingFace(resolve(folder));
      const tokens = tokenizer.encode(text);
      tokenizer.dispose();
      const { context, losses } = await textLosses(model, parameters, tokens, {
        context: flags.context ?? Math.min(model.context, longestDefault),
        threads: flags.threads ?? 1,
      });
      const lossNats = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
      if (flags.json) {
        const { family } = model.config;
        const size = { family, parameters: countParameters(model), context, tokens: tokens.length };
        return printJson({ ...size, lossNats, tokenLosses: [...losses] });
      }
      const count = losses.length.toLocaleString('en');
      process.stdout.write(
        `${lossNats.toFixed(4)} nats per token over ${count} tokens, context ${context}\n`,
      );
    });
}
