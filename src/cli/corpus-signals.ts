/** `assay corpus signals FILE`: every signal of every document in a file, one line each. */
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { RepetitionProfile } from '../records.js';
import { note } from './output.js';

interface SignalFlags {
  text: string;
  profile: RepetitionProfile[];
  language?: boolean;
  lm: [name: string, path: string][];
  json?: boolean;
}

const profiles = ['dclm', 'datatrove', 'dolma'] as const;

export function corpusSignalsCommand(): Command {
  return new Command('signals')
    .description('Print the signals of each document of a file, one line a document. Nothing is kept.')
    .argument('<files...>', 'data files, folders or quoted globs')
    .option('--text <field>', 'field that holds the text', 'text')
    .option('--profile <name...>', `repetition measurements: ${profiles.join(', ')} or all`, profileList, [
      'dclm',
    ])
    .option('--language', 'detect languages')
    .option('--lm <name=path>', 'perplexity under a language model; may be repeated', modelList, [])
    .option('--json', 'print JSON lines; without it, name=value pairs')
    .action(async (files: string[], flags: SignalFlags) => {
      const { measureFiles } = await import('../corpus/index.js');
      const { hashFile } = await import('../store/index.js');
      const models = [];
      for (const [name, path] of flags.lm)
        models.push({ name, path: resolve(path), hash: await hashFile(path) });
      let malformed = 0;
      const source = { paths: files.map((path) => resolve(path)), text: flags.text };
      const groups = [
        ...flags.profile.map((profile) => ({ group: 'repetition', profile }) as const),
        { group: 'quality' } as const,
        ...(flags.language ? [{ group: 'language' } as const] : []),
        ...models.map((model) => ({ group: 'perplexity', ...model }) as const),
      ];
      const onMalformed = () => void malformed++;
      for await (const { id, origin, signals } of measureFiles(source, groups, onMalformed)) {
        const line = flags.json
          ? JSON.stringify({ id, origin, ...signals })
          : [origin, ...Object.entries(signals).map(([name, value]) => `${name}=${value ?? 'null'}`)].join(
              ' ',
            );
        if (!process.stdout.write(`${line}\n`))
          await new Promise((done) => process.stdout.once('drain', done));
      }
      if (malformed > 0) note(`${malformed.toLocaleString('en')} rows could not be read and were skipped`);
    });
}

function profileList(value: string, previous: RepetitionProfile[]): RepetitionProfile[] {
  if (value === 'all') return [...profiles];
  const profile = profiles.find((known) => known === value);
  if (profile === undefined) throw new InvalidArgumentError(`Expected ${profiles.join(', ')} or all.`);
  return [...new Set([...(isDefault(previous) ? [] : previous), profile])];
}

/** Commander hands the default on as the value before the first. */
function isDefault(previous: RepetitionProfile[]): boolean {
  return previous.length === 1 && previous[0] === 'dclm';
}

function modelList(value: string, previous: [string, string][]): [string, string][] {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected NAME=PATH.');
  return [...previous, [value.slice(0, at), value.slice(at + 1)]];
}
