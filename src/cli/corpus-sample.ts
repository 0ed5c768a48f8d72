/** `assay corpus sample STUDY --where …`: some documents that a condition selects, with what is known about them. */
import { dirname } from 'node:path';
import { Command } from 'commander';
import { type CorpusFlags, corpusFlags, withCorpus } from './corpus-study.js';
import { positiveInteger } from './flags.js';

interface SampleFlags extends CorpusFlags {
  where?: string;
  count: number;
  seed: string;
}

export function corpusSampleCommand(): Command {
  const command = new Command('sample').description(
    'Print documents of a source that a condition selects: JSON lines with --json, else their texts.',
  );
  return corpusFlags(command)
    .option(
      '--where <condition>',
      'SQL over signals, such as "dup_5gram_chars > 0.2" (default: all documents)',
    )
    .option('--count <n>', 'documents of each source', positiveInteger, 5)
    .option('--seed <text>', 'another seed gives other documents', '0')
    .action(async (paths: string[], flags: SampleFlags) => {
      const { sampleDocuments } = await import('../corpus/index.js');
      await withCorpus(paths, flags, async ({ input, sources }) => {
        for (const [name, source] of Object.entries(sources)) {
          const { where, count, seed } = flags;
          const options = {
            ...(where === undefined ? {} : { where }),
            count,
            seed,
            base: dirname(input.file),
          };
          const { documents, selected } = await sampleDocuments(name, input.sources[name]!, source, options);
          if (!flags.json) {
            const of = `${selected.toLocaleString('en')} of ${source.corpus.documents.toLocaleString('en')}`;
            process.stdout.write(`══ ${name}: ${of} documents\n`);
          }
          for (const { origin, text, signals } of documents) {
            const shown = flags.json
              ? JSON.stringify({ source: name, origin, text, signals })
              : `── ${origin}\n${visible(text)}\n`;
            process.stdout.write(`${shown}\n`);
          }
        }
      });
    });
}

/** Without the controls that would move a terminal's cursor or colour it. */
function visible(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\ufffd');
}
