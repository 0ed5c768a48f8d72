/** `assay propose --mixtures A.csv --losses B.csv --objective pile_cc`: the mixture that runs on others speak for. */
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { positiveInteger } from './flags.js';
import { namedFile, nonNegativeNumber, shareOfDomain, tokenAmount } from './mixture-flags.js';
import { note, printJson } from './output.js';
import type { ProposeFlags } from './propose-from-runs.js';
import { resultsOptions, testOptions } from './results-flags.js';

const help = `
An objective is one metric, or several with weights: --objective pile_cc=2 github. A metric is named by its column of the
losses, or by a part of the name that no other has; \`all\` names every column. docs/mixtures.md says what is fitted, what
the interval of the gain holds, and what it does not.`;

export function proposeCommand(): Command {
  const command = new Command('propose')
    .description('Propose the mixture to train on, from the losses of small runs on other mixtures.')
    .option('--mixtures <csv>', 'shares by domain, one run a row; the first column is an index')
    .option('--losses <csv>', 'metrics of the same runs');
  return testOptions(resultsOptions(command))
    .requiredOption('--objective <metrics...>', 'what the mixture is to be good at, as name or name=weight')
    .addOption(
      new Option(
        '--combine <how>',
        'several metrics: their weighted mean, the worst of them, or the worst change from the prior',
      )
        .choices(['mean', 'worst', 'worst-change'])
        .default('mean'),
    )
    .option('--higher <metrics...>', 'metrics where higher is better, such as benchmarks', [])
    .option('--also <metrics...>', 'further metrics to predict, without aiming at them', [])
    .option('--prior <file>', 'tokens or shares by domain (default: the mean of the mixtures)')
    .option('--supply <file>', 'tokens that there are of each domain')
    .option('--budget <tokens>', 'tokens that the target trains on, such as 25B', tokenAmount)
    .option('--max-repeat <times>', 'how often a token may be trained on', nonNegativeNumber, 4)
    .option('--min <domain=share>', 'least share of a domain; may be given again', shareOfDomain, new Map())
    .option('--max <domain=share>', 'largest share of a domain; may be given again', shareOfDomain, new Map())
    .option('--extrapolate', 'allow more of a domain than any trained mixture has (default: no)')
    .option(
      '--kl-penalty <weight>',
      'cost of a nat of divergence from the prior, in units of the objective',
      nonNegativeNumber,
      0,
    )
    .option('--kl-limit <nats>', 'largest divergence from the prior', nonNegativeNumber)
    .addOption(
      new Option('--proposer <name>', 'exact: the optimum of the fit; regmix: mean of the best draws')
        .choices(['exact', 'regmix'])
        .default('exact'),
    )
    .addOption(
      new Option('--regressor <name>', 'what is fitted to each metric')
        .choices(['auto', 'gp', 'gbdt', 'loglinear', 'linear'])
        .default('auto'),
    )
    .option('--draws <count>', 'mixtures drawn around the prior', positiveInteger, 100_000)
    .option('--keep <count>', 'how many of the best draws RegMix averages', positiveInteger, 128)
    .option('--refits <count>', 'fits on resampled runs, where a fit knows no errors', positiveInteger, 50)
    .option('--pareto <metric>', 'also the front between the objective and this metric')
    .option('--seed <text>', 'seed of draws and fits', '0')
    .option('--out <file>', 'write the proposal as JSON, for `assay export`')
    .option('--report <folder>', 'write a page there, and its figures as SVG')
    .option(
      '--compare <name=file>',
      'show this mixture or schedule in the report too, such as DoReMi=doremi/proposal.json; may be given again',
      namedFile,
      new Map(),
    )
    .option('--json', 'print the proposal as JSON on stdout')
    .addHelpText('after', help)
    .action(async (flags: ProposeFlags) => {
      const { proposeFromRuns } = await import('./propose-from-runs.js');
      const { proposalText } = await import('./proposal-text.js');
      const proposal = await proposeFromRuns(flags);
      if (flags.out !== undefined) {
        const { writeJson } = await import('../store/index.js');
        await writeJson(resolve(flags.out), proposal);
        note(`Proposal: ${resolve(flags.out)}`);
      }
      if (flags.json) printJson(proposal);
      else process.stdout.write(proposalText(proposal));
    });
}
