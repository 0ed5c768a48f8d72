/** `assay transfer DIR --proxy MODEL --target MODEL`: how far a proxy can be trusted to rank recipes for a tuned target. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { assayVersion } from '../version.js';
import { positiveInteger } from './flags.js';
import { note, printJson } from './output.js';

interface TransferFlags {
  proxy: string[];
  target: string[];
  tune: 'once' | 'each';
  draws: number;
  seed: string;
  html?: string;
  json?: boolean;
}

export function transferCommand(): Command {
  return new Command('transfer')
    .description(
      'Compare the ranking by a proxy with the tuned target, in every setting that the proxy was trained in.',
    )
    .argument('<folder>', 'imported runs: the folder that `assay import` wrote')
    .requiredOption('--proxy <models...>', 'models that recipes are ranked by')
    .requiredOption('--target <models...>', 'models that the recipes are meant for; a larger proxy will do')
    .addOption(
      new Option(
        '--tune <how>',
        'once: the target is tuned by its aggregate and then compared by every metric; each: tuned for each metric anew',
      )
        .choices(['once', 'each'])
        .default('once'),
    )
    .option('--draws <n>', 'bootstrap draws of an interval', positiveInteger, 1000)
    .option('--seed <text>', 'seed of the bootstrap', '0')
    .option('--html <file>', 'write a page with figures')
    .option('--json', 'print the analysis as JSON on stdout')
    .action(async (folder: string, flags: TransferFlags) => {
      const { readImport } = await import('../imports/index.js');
      const { analyseTransfer } = await import('../ranking/index.js');
      const { Random } = await import('../random.js');
      const trained = await readImport(resolve(folder));
      const { tune, draws } = flags;
      const transfers = flags.target.flatMap((target) =>
        flags.proxy.map((proxy) => {
          const random = Random.fromSeed(flags.seed).split(proxy, target);
          return analyseTransfer(trained, { proxy, target, tune, draws, random });
        }),
      );
      if (flags.html !== undefined || !flags.json) {
        const { transferPage, transferText } = await import('../report/index.js');
        const { writeFileDurably } = await import('../store/index.js');
        if (flags.html !== undefined) {
          await writeFileDurably(resolve(flags.html), transferPage(transfers, assayVersion()));
          note(`Page: ${resolve(flags.html)}`);
        }
        if (!flags.json) process.stdout.write(transferText(transfers));
      }
      if (flags.json) printJson({ transfers });
    });
}
