/** `assay mix --prior prior.csv --n 512`: which mixtures to train proxies on, as a table of shares. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Prior } from '../mixture/index.js';
import type { Random } from '../random.js';
import { positiveInteger } from './flags.js';
import { readAmounts } from './mixture-files.js';
import { nonNegativeNumber } from './mixture-flags.js';
import { note, printJson } from './output.js';

interface MixFlags {
  prior: string;
  n: number;
  design: 'regmix' | 'sobol' | 'd-optimal';
  temperature: number;
  maxUsage: number;
  smallest: number;
  anchors: number;
  repeats: number;
  seed: string;
  out?: string;
  json?: boolean;
}

export function mixCommand(): Command {
  return new Command('mix')
    .description('Choose the mixtures of domains that small runs are trained on.')
    .requiredOption('--prior <file>', 'tokens or shares by domain: CSV (domain,tokens), JSON or YAML')
    .requiredOption('--n <count>', 'mixtures wanted, repeats not counted', positiveInteger)
    .addOption(
      new Option(
        '--design <name>',
        'regmix: Dirichlet draws around the prior; sobol: space-filling; d-optimal: the most informative of such draws',
      )
        .choices(['regmix', 'sobol', 'd-optimal'])
        .default('regmix'),
    )
    .option('--temperature <power>', 'power of the prior: below 1 rare domains are drawn more', nonNegativeNumber, 0.5) // biome-ignore format: one line
    .option('--max-usage <times>', 'largest share, as a multiple of that in the prior', nonNegativeNumber, 15)
    .option('--smallest <share>', 'smallest share above 0, and the step of rounding', nonNegativeNumber, 2e-4)
    .option('--anchors <count>', 'mixtures that are trained several times, to measure noise', positiveInteger)
    .option('--repeats <count>', 'times that an anchor is trained', positiveInteger, 3)
    .option('--seed <text>', 'seed of the draws', '0')
    .option('--out <file>', 'write the CSV there instead of to stdout')
    .option('--json', 'print domains and mixtures as JSON on stdout')
    .action(async (flags: MixFlags) => {
      const { priorOf, withAnchors } = await import('../mixture/index.js');
      const { Random } = await import('../random.js');
      const prior = priorOf(await readAmounts(flags.prior), flags.prior);
      const design = await draw(prior, flags, Random.fromSeed(flags.seed));
      const { anchors, repeats } = flags;
      const mixtures = anchors === undefined ? design : withAnchors(design, { anchors, repeats });
      const rows = mixtures.map((mixture) => Array.from(mixture, (share) => Number(share.toPrecision(12))));
      const csv = [['index', ...prior.domains].map(quoted), ...rows.map((row, i) => [i + 1, ...row])]
        .map((fields) => `${fields.join(',')}\n`)
        .join('');
      if (flags.out !== undefined) {
        const { writeFileDurably } = await import('../store/index.js');
        await writeFileDurably(resolve(flags.out), csv);
        note(`${rows.length} mixtures of ${prior.domains.length} domains: ${resolve(flags.out)}`);
      }
      if (flags.json) printJson({ design: flags.design, domains: prior.domains, mixtures: rows });
      else if (flags.out === undefined) process.stdout.write(csv);
    });
}

/** Candidates for every mixture that a D-optimal design chooses. */
const candidatesEach = 5;

async function draw(prior: Prior, flags: MixFlags, random: Random): Promise<Float64Array[]> {
  const { chooseDOptimal, sampleRegmix, sampleSobol } = await import('../mixture/index.js');
  const { n, temperature, maxUsage: maximumUsage, smallest } = flags;
  const options = { temperature, maximumUsage, smallest };
  switch (flags.design) {
    case 'regmix':
      return sampleRegmix(prior, n, random, options);
    case 'sobol':
      return sampleSobol(prior, n, random, options);
    case 'd-optimal': {
      const candidates = sampleRegmix(prior, n * candidatesEach, random.split('candidates'), options);
      return chooseDOptimal(candidates, n, random.split('exchange'));
    }
    default:
      return flags.design satisfies never;
  }
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
