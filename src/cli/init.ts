/** `assay init [folder]`: looks at the data in a folder and writes a commented study.yaml beside it. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command } from 'commander';
import { AssayError, ExitCode } from '../errors.js';
import { makeFolder, writeFileDurably } from '../store/index.js';
import { findSources, studyName } from './init-sources.js';
import { studyTemplate } from './init-template.js';
import { note, printJson } from './output.js';

interface InitFlags {
  output: string;
  force?: boolean;
  json?: boolean;
}

export function initCommand(): Command {
  return new Command('init')
    .description('Look at the data in a folder and write a commented study.yaml.')
    .argument('[folder]', 'folder with .jsonl, .jsonl.gz or folders of text or code', '.')
    .option('--output <file>', 'study file to write', 'study.yaml')
    .option('--force', 'replace an existing study file')
    .option('--json', 'print what was found as JSON on stdout')
    .action(async (folder: string, flags: InitFlags) => {
      const target = resolve(flags.output);
      if (existsSync(target) && !flags.force) {
        throw new AssayError(target, 'already exists', {
          fix: 'Use --force to replace it or --output to write elsewhere.',
          exitCode: ExitCode.usage,
        });
      }
      const sources = await findSources(resolve(folder), target);
      const name = studyName(basename(resolve(folder)), 'study');
      makeFolder(join(target, '..'));
      await writeFileDurably(target, studyTemplate(name, sources));
      if (flags.json) printJson({ study: target, sources });
      else {
        for (const source of sources)
          note(`  ${source.name}: ${source.files} files, ${(source.bytes / 1e6).toFixed(1)} MB`);
        process.stdout.write(`Wrote ${flags.output}. Read it, then: assay run ${flags.output}\n`);
      }
    });
}
