/** `assay corpus inspect STUDY`: documents, and quantiles and histograms of every signal, as text, JSON or a page. */
import { resolve } from 'node:path';
import { Command } from 'commander';
import { assayVersion } from '../version.js';
import { type CorpusFlags, corpusFlags, withCorpus } from './corpus-study.js';
import { note, printJson } from './output.js';

interface InspectFlags extends CorpusFlags {
  html?: string;
}

export function corpusInspectCommand(): Command {
  const command = new Command('inspect').description(
    'Print documents, and quantiles and histograms of every signal, for each source.',
  );
  return corpusFlags(command)
    .option('--html <file>', 'write a page with a histogram of every signal')
    .action(async (paths: string[], flags: InspectFlags) => {
      const { summariseSignals } = await import('../corpus/index.js');
      const { corpusPage, corpusText } = await import('../report/index.js');
      const { writeFileDurably } = await import('../store/index.js');
      await withCorpus(paths, flags, async ({ name, sources }) => {
        const inspected = [];
        for (const [source, { corpus, signals }] of Object.entries(sources)) {
          const { documents, bytes, malformedReasons: malformed, filtered } = corpus;
          const summaries = await summariseSignals(signals);
          inspected.push({ source, documents, bytes, malformed, filtered, signals: summaries });
        }
        if (flags.html !== undefined) {
          await writeFileDurably(resolve(flags.html), corpusPage(name, assayVersion(), inspected));
          note(`Page: ${resolve(flags.html)}`);
        }
        if (flags.json) printJson({ name, sources: inspected });
        else process.stdout.write(corpusText(inspected));
      });
    });
}
