/** What `assay corpus` looks at: the sources of a study, or files that are named on the command line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { MeasuredSource } from '../corpus/index.js';
import { AssayError, ExitCode } from '../errors.js';
import { availableCores } from '../executor/index.js';
import { loadStudy } from '../load-study.js';
import type { CorpusInput } from '../records.js';
import { applyRunFlags, type RunFlags } from './flags.js';
import { terminalListener } from './progress.js';
import { withInterrupt } from './signals.js';

export interface CorpusFlags extends Pick<RunFlags, 'json' | 'quiet' | 'output'> {
  source?: string[];
  text: string;
}

export function corpusFlags(command: Command): Command {
  return command
    .argument('<study or files...>', 'study file (.yaml), or data files, folders or quoted globs')
    .option('--source <name...>', 'only these sources of the study')
    .option('--text <field>', 'field that holds the text, for data files', 'text')
    .option(
      '--output <folder>',
      'folder of results (default: that of the study; none is kept for data files)',
    )
    .option('--json', 'print JSON on stdout')
    .option('--quiet', 'no progress on stderr');
}

export interface InspectedCorpus {
  name: string;
  input: CorpusInput;
  /** By name, those that were asked for. */
  sources: Record<string, MeasuredSource>;
}

/** Measures what is not measured yet, and hands the sources to `use`; what was measured for data files goes after it. */
export async function withCorpus<T>(
  paths: string[],
  flags: CorpusFlags,
  use: (corpus: InspectedCorpus) => Promise<T>,
): Promise<T> {
  const { measureStudy } = await import('../corpus/index.js');
  const { studyTokenReader } = await import('../tokens/index.js');
  const isStudy = paths.length === 1 && /\.ya?ml$/.test(paths[0]!);
  const kept = isStudy || flags.output !== undefined;
  const output = kept ? undefined : mkdtempSync(join(tmpdir(), 'assay-corpus-'));
  try {
    const loaded = isStudy ? applyRunFlags(await loadStudy(paths[0]!), flags) : undefined;
    const study = loaded ?? filesAsStudy(paths, flags.text, output ?? resolve(flags.output!));
    const tokens = loaded && (await studyTokenReader(loaded));
    const wanted = flags.source ?? Object.keys(study.sources);
    for (const name of wanted) {
      if (!(name in study.sources)) throw unknownSource(name, Object.keys(study.sources));
    }
    const listener = terminalListener(flags.quiet ?? false);
    const measured = await withInterrupt((signal) =>
      measureStudy(study, listener, {
        threads: study.run.workers ?? availableCores(),
        ...(tokens && { tokens }),
        signal,
      }),
    ).finally(() => listener.close());
    const sources = Object.fromEntries(wanted.map((name) => [name, measured.sources[name]!]));
    return await use({ name: study.name, input: study, sources });
  } finally {
    if (output !== undefined) rmSync(output, { recursive: true, force: true });
  }
}

function filesAsStudy(paths: string[], text: string, output: string): CorpusInput {
  return {
    name: 'files',
    file: resolve('files.yaml'),
    sources: {
      files: { paths: paths.map((path) => (/^[a-z0-9]+:\/\//.test(path) ? path : resolve(path))), text },
    },
    parts: {},
    recipes: {},
    validate: {},
    signals: { repetition: ['dclm'], language: true },
    languageModels: {},
    contamination: { benchmarks: [] },
    run: { output, onMalformed: 'skip', keepOptimizer: false, checkpointSeconds: 5 },
  };
}

function unknownSource(name: string, known: string[]): AssayError {
  return new AssayError(`--source ${name}`, 'no such source in the study', {
    expected: known.join(', '),
    exitCode: ExitCode.usage,
  });
}
