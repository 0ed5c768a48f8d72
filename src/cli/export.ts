/** `assay export proposal.json --format megatron`: a mixture or a schedule as a trainer reads it. */
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AssayError, ExitCode } from '../errors.js';
import type { ExportFormat, Source, TokenPlan } from '../mixture/index.js';
import { positiveInteger } from './flags.js';
import { readExportable, readSources } from './mixture-files.js';
import { tokenAmount } from './mixture-flags.js';
import { note, printJson } from './output.js';

interface ExportFlags {
  format: ExportFormat;
  sources?: string;
  budget?: number;
  context?: number;
  out?: string;
  json?: boolean;
}

const help = `
The file is one that \`assay propose --out\` wrote, or any JSON or YAML with shares of tokens by domain:
  { mixture: { web: 0.7, code: 0.3 } }
  { phases: [{ share: 0.9, mixture: { … } }, { share: 0.1, mixture: { … } }] }
docs/mixtures.md describes the sources file and every format.`;

export function exportCommand(): Command {
  return new Command('export')
    .description('Write a mixture, or a schedule of mixtures, in the format of a trainer.')
    .argument('<file>', 'proposal or schedule')
    .addOption(
      new Option('--format <name>', 'whose format')
        .choices(['megatron', 'olmo-core', 'mosaicml', 'hf-interleave', 'json'])
        .makeOptionMandatory(),
    )
    .option('--sources <file>', 'YAML or JSON: paths, tokens, bytes and documents of each domain')
    .option(
      '--budget <tokens>',
      'tokens that are trained on, such as 25B (default: that of the proposal)',
      tokenAmount,
    )
    .option('--context <tokens>', 'tokens of a window: the plan is then of whole windows', positiveInteger)
    .option('--out <folder>', 'write the files there instead of to stdout')
    .option('--json', 'print the plan of tokens, the files and the notes as JSON on stdout')
    .addHelpText('after', help)
    .action(async (file: string, flags: ExportFlags) => {
      const { exporters } = await import('../mixture/index.js');
      const plan = await planOf(file, flags);
      const { files, notes } = exporters[flags.format](plan);
      if (flags.out !== undefined) {
        const { makeFolder, writeFileDurably } = await import('../store/index.js');
        const folder = resolve(flags.out);
        makeFolder(folder);
        for (const { name, text } of files) await writeFileDurably(join(folder, name), text);
      }
      if (flags.json) return printJson({ plan, files, notes });
      if (flags.out === undefined && files.length > 1)
        throw new AssayError(`format "${flags.format}"`, 'writes several files', {
          got: files.map(({ name }) => name).join(', '),
          fix: 'Say where with `--out <folder>`.',
          exitCode: ExitCode.usage,
        });
      if (flags.out === undefined) process.stdout.write(files[0]!.text);
      note(describe(plan, notes));
    });
}

async function planOf(file: string, flags: ExportFlags): Promise<TokenPlan> {
  const { planTokens } = await import('../mixture/index.js');
  const { phases, budgetTokens, supplyTokens } = readExportable(file);
  const budget = flags.budget ?? budgetTokens;
  if (budget === undefined)
    throw new AssayError(file, 'says no number of tokens to train on', {
      fix: 'Give `--budget`, such as `--budget 25B`.',
      exitCode: ExitCode.usage,
    });
  const named = flags.sources === undefined ? undefined : readSources(flags.sources);
  const domains = new Set(phases.flatMap(({ mixture }) => [...mixture.keys()]));
  const sources = new Map<string, Source>();
  for (const domain of named?.keys() ?? domains) {
    const supply = supplyTokens?.get(domain);
    sources.set(domain, {
      ...(supply === undefined ? {} : { tokens: supply }),
      ...(named?.get(domain) ?? { paths: [] }),
    });
  }
  const { context } = flags;
  return planTokens({
    phases,
    sources,
    budgetTokens: budget,
    ...(context === undefined ? {} : { contextTokens: context }),
  });
}

function describe({ domains, budgetTokens }: TokenPlan, notes: readonly string[]): string {
  const count = (value: number) => value.toLocaleString('en');
  const width = Math.max(...domains.map(({ name }) => name.length));
  const lines = domains.map(
    ({ name, trainedTokens, epochs }) =>
      `  ${name.padEnd(width)} ${count(trainedTokens).padStart(20)} tokens${epochs === undefined ? '' : `, ${epochs.toPrecision(3)} epochs`}`,
  );
  return [`${count(budgetTokens)} tokens`, ...lines, ...notes.map((text) => `Note: ${text}`)].join('\n');
}
