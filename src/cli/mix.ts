/** `assay mix --prior prior.csv --n 512`: which mixtures to train proxies on, as a table of shares. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { AssayError, ExitCode } from '../errors.js';
import type { Prior, RegressorName, RoundRule } from '../mixture/index.js';
import type { Random } from '../random.js';
import { positiveInteger } from './flags.js';
import { metricIn } from './metric-names.js';
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
  anchors?: number;
  repeats: number;
  trained?: string;
  losses?: string;
  objective?: string;
  round: RoundRule;
  regressor: RegressorName;
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
    .option(
      '--temperature <power>',
      'power of the prior: below 1 rare domains are drawn more',
      nonNegativeNumber,
      0.5,
    )
    .option('--max-usage <times>', 'largest share, as a multiple of that in the prior', nonNegativeNumber, 15)
    .option('--smallest <share>', 'smallest share above 0, and the step of rounding', nonNegativeNumber, 2e-4)
    .option('--anchors <count>', 'mixtures that are trained several times, to measure noise', positiveInteger)
    .option('--repeats <count>', 'times that an anchor is trained', positiveInteger, 3)
    .option('--trained <csv>', 'a further round: mixtures that were trained before')
    .option('--losses <csv>', 'a further round: their metrics')
    .option('--objective <metric>', 'a further round: the metric, lower is better, that is fitted')
    .addOption(
      new Option('--round <rule>', 'a further round: where the fit is best, least certain, or each in turn')
        .choices(['best', 'uncertain', 'mixed'])
        .default('mixed'),
    )
    .addOption(
      new Option('--regressor <name>', 'a further round: what is fitted')
        .choices(['auto', 'gp', 'gbdt', 'loglinear', 'linear'])
        .default('gp'),
    )
    .option('--seed <text>', 'seed of the draws', '0')
    .option('--out <file>', 'write the CSV there instead of to stdout')
    .option('--json', 'print domains and mixtures as JSON on stdout')
    .action(async (flags: MixFlags) => {
      const { priorOf, withAnchors } = await import('../mixture/index.js');
      const { Random } = await import('../random.js');
      const prior = priorOf(await readAmounts(flags.prior), flags.prior);
      const random = Random.fromSeed(flags.seed);
      const design = await (flags.trained === undefined ? draw : drawRound)(prior, flags, random);
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

/** Candidates for every mixture that a D-optimal design or a further round chooses. */
const candidatesEach = 5;

/** Mixtures for the next round: draws of RegMix's sampler, chosen by a fit to the rounds before. */
async function drawRound(prior: Prior, flags: MixFlags, random: Random): Promise<Float64Array[]> {
  const { mixturesOf, nextRound, readMixtureRuns, regressors, sampleRegmix } = await import(
    '../mixture/index.js'
  );
  const { n, trained, losses, objective, round: rule, temperature, maxUsage: maximumUsage, smallest } = flags;
  if (trained === undefined || losses === undefined || objective === undefined)
    throw new AssayError('--trained', 'a further round needs the losses of the rounds before', {
      fix: 'Give `--trained`, `--losses` and `--objective` together.',
      exitCode: ExitCode.usage,
    });
  const runs = await readMixtureRuns(trained, losses, [...prior.domains]);
  const targets = runs.losses[runs.metrics.indexOf(metricIn(objective, runs))]!;
  const fit = regressors[flags.regressor].fit(runs.mixtures, targets, { random: random.split('fit') });
  const options = { temperature, maximumUsage, smallest };
  const candidates = sampleRegmix(prior, n * candidatesEach, random.split('candidates'), options);
  return nextRound(fit, candidates, n, { rule, trained: mixturesOf(runs.mixtures) });
}

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
