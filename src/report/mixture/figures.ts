/** The figures of a report of mixtures, each defined once for the page and for its own file. */
import type { ComparedMixture, FitExamination, MixtureReport } from '../../mixture/index.js';
import { shorten } from '../charts/draw.js';
import { decimals, percent, signed } from '../format.js';
import { sourceColours } from '../styles.js';
import type { Table } from '../tables/table.js';
import { type BarColumn, barColumns } from './bar-columns.js';
import type { ChartOf, Panel } from './chart.js';
import { dependenceChart } from './dependence-chart.js';
import { distanceChart } from './distance-chart.js';
import { paretoChart } from './pareto-chart.js';
import { predictedChart } from './predicted-chart.js';
import { mixtureScheduleChart } from './schedule-chart.js';
import { heldOutSentence } from './sentences.js';
import { comparedRows, frontRows, importanceRows, judgementRows, shareRows, stageRows } from './tables.js';
import { domainOrder, isObjective, judgedBy, namesIn, proposedIn } from './view.js';

export interface MixtureFigure {
  /** Of its section and of its file. */
  name: string;
  heading: string;
  /** One line, for the file. */
  caption: string;
  /** More of it, for the page. */
  about: string;
  drawn: { charts: ChartOf } | { panels: (prefix: string) => Panel[]; panelWidth: number };
  /** Shown below, and folded away. */
  tables: { open?: Table; folded?: { summary: string; table: Table } };
}

/** In the order in which a reader asks; those without data are left out. */
export function mixtureFigures(report: MixtureReport): MixtureFigure[] {
  return [
    ...(report.proposal === undefined ? [] : [weightsFigure(report)]),
    ...schedules(report).map((mixture, i) => scheduleFigure(report, mixture, i)),
    ...(report.fits.some(judgedBy) ? [predictedFigure(report)] : []),
    ...(report.proposal === undefined ? [] : [distanceFigure(report)]),
    ...(report.fits.some(({ importance }) => importance) ? [importanceFigure(report)] : []),
    dependenceFigure(report),
    ...(report.proposal?.front === undefined ? [] : [paretoFigure(report)]),
  ];
}

const schedules = ({ proposal }: MixtureReport): ComparedMixture[] =>
  (proposal?.compared ?? []).filter(({ stages }) => stages !== undefined);

/** The prior is quiet, the proposal stands out, all others have a colour each. */
const mixtureColour = (i: number): string =>
  i === 0 ? 'var(--quiet)' : i === 1 ? 'var(--accent)' : sourceColours[(i - 1) % (sourceColours.length - 1)]!;

function weightsFigure(report: MixtureReport): MixtureFigure {
  const order = domainOrder(report);
  const { domains } = namesIn(report);
  const columns = report.proposal!.compared.map(
    ({ name, mixture, stages }, i): BarColumn => ({
      title: stages === undefined ? name : `${name}, mean`,
      colour: mixtureColour(i),
      values: order.map((domain) => mixture[domain]!),
    }),
  );
  return {
    name: 'weights',
    heading: 'Weights',
    caption: 'Share of tokens by domain; of a schedule, its mean over the training',
    about:
      'Share of tokens by domain in each mixture, largest in the proposal first. Of a schedule, the mean over the training is shown, and no prediction: the fits know only what mixtures that are kept lead to. Below a prediction stands its standard error, below a gain its 95 % interval.',
    drawn: {
      charts: barColumns({
        title: 'Share of tokens by domain, one column a mixture.',
        rows: order.map((domain) => domains[domain]!),
        columns,
        text: (share) => percent(share),
        scale: 'shared',
      }),
    },
    tables: {
      open: comparedRows(report),
      folded: { summary: 'Every share', table: shareRows(report) },
    },
  };
}

function scheduleFigure(report: MixtureReport, mixture: ComparedMixture, at: number): MixtureFigure {
  const { name, stages } = mixture;
  return {
    name: at === 0 ? 'schedule' : `schedule-${at + 1}`,
    heading: `Schedule: ${name}`,
    caption: 'Share of tokens in each stage of training; beside the names, of all tokens',
    about:
      'Share of tokens in each stage of training, stacked; a gap is where a stage ends. Beside each name is its share of all tokens. Domains that never have 1 % are drawn together.',
    drawn: {
      charts: (id, width) => [
        mixtureScheduleChart(
          { domains: namesIn(report).domains, stages: stages! },
          { id, title: `Shares of tokens by domain over the stages of ${name}.`, width },
        ),
      ],
    },
    tables: { folded: { summary: 'Every share of every stage', table: stageRows(report, mixture) } },
  };
}

function predictedFigure(report: MixtureReport): MixtureFigure {
  const { metrics } = namesIn(report);
  return {
    name: 'predicted',
    heading: 'Predicted against actual',
    caption: `${heldOutSentence(report)}; orange: outside of its 95 % interval`,
    about: `${heldOutSentence(report)}. A bar is the 95 % interval of a single run around its prediction; runs outside of it are orange. On the dashed line the prediction is exact.`,
    drawn: {
      panelWidth: 293,
      panels: (prefix) =>
        report.fits.flatMap((fit, i): Panel[] => {
          const heldOut = judgedBy(fit);
          if (heldOut === undefined) return [];
          const { spearman, coverage, source } = heldOut;
          const facts = [
            spearman === null ? '' : `Spearman ${decimals(spearman, 4)}`,
            coverage === undefined ? '' : `${percent(coverage)} inside`,
            source === 'folds' && report.testRuns > 0 ? 'folds' : '',
          ];
          const name = metrics.get(fit.name)!;
          const title = `Predicted against actual ${name} of held-out runs.`;
          return [
            {
              heading: shorten(name, 280),
              about: facts.filter((fact) => fact !== '').join(' · '),
              chart: predictedChart(heldOut, { id: `${prefix}-${i}`, title, width: 293 }),
            },
          ];
        }),
    },
    tables: { open: judgementRows(report) },
  };
}

function distanceFigure(report: MixtureReport): MixtureFigure {
  return {
    name: 'distance',
    heading: 'Distance to the design',
    caption: 'From the nearest trained mixture; dashed: median and 95 % among those trained; orange: beyond',
    about:
      'Share of tokens that a mixture has in other domains than the nearest trained one, a dot a stage. Strokes are the trained mixtures’ distances to each other; dashed, their median and the 95 % quantile. What lies beyond it is orange: the fit guesses there.',
    drawn: {
      charts: distanceChart(
        report.proposal!.compared,
        report.designDistances,
        'Distance of each mixture to the nearest trained one.',
      ),
    },
    tables: {},
  };
}

function importanceFigure(report: MixtureReport): MixtureFigure {
  const order = domainOrder(report);
  const { domains, metrics } = namesIn(report);
  const fits = report.fits.filter(({ importance }) => importance);
  return {
    name: 'importance',
    heading: 'Importance of the domains',
    caption: 'Growth of the errors on held-out runs when the shares of a domain are shuffled among them',
    about:
      'Permutation importance on the held-out runs: by how much the standard deviation of the errors grows, in the unit of the metric, when the shares of a domain are shuffled among these runs and the other domains make room in proportion. Bars are scaled to the largest of each metric.',
    drawn: {
      charts: barColumns({
        title: 'Permutation importance of each domain, one column a metric.',
        rows: order.map((domain) => domains[domain]!),
        columns: fits.map(({ name, importance }) => ({
          title: metrics.get(name)!,
          colour: isObjective(report, name) ? 'var(--accent)' : 'var(--quiet)',
          values: order.map((domain) => importance![domain]!),
        })),
        // What rounds to zero has no sign.
        text: (value) => decimals(Math.abs(value) < 5e-4 ? 0 : value, Math.abs(value) < 0.0995 ? 3 : 2),
        scale: 'each',
      }),
    },
    tables: { folded: { summary: 'Every number', table: importanceRows(report, fits) } },
  };
}

function dependenceFigure(report: MixtureReport): MixtureFigure {
  const { fits, proposal } = report;
  const { domains } = namesIn(report);
  const proposed = proposedIn(report);
  const lines = (domain: number) =>
    fits.map((fit) => {
      const { shares, predicted } = fit.dependence[domain]!;
      return {
        shares,
        change: predicted.map((value) => value - predicted[0]!),
        isObjective: fits.length === 1 || isObjective(report, fit.name),
      };
    });
  const all = domains.flatMap((_, domain) => lines(domain).flatMap(({ change }) => change));
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const margin = 0.05 * (high - low) || 0.01;
  return {
    name: 'dependence',
    heading: 'What each domain does',
    caption:
      proposed === undefined
        ? 'Change of the mean prediction as a domain’s share grows, a line a metric'
        : 'Change of the mean prediction as a share grows; blue: the objective, dashed: prior, orange: proposal',
    about: `Partial dependence: the mean prediction over the trained mixtures when each is given this share of the domain and the others make room in proportion, less its value at the least share that was trained; up to the largest. A line is a metric${proposed === undefined ? '' : ', in blue where it is aimed at; the dashed stroke is the share in the prior, the orange one in the proposal'}. All panels have the same height, so that domains can be compared.`,
    drawn: {
      panelWidth: 214,
      panels: (prefix) =>
        domainOrder(report).map((domain, i) => ({
          heading: shorten(domains[domain]!, 210),
          ...strongest(report, domain),
          chart: dependenceChart(lines(domain), {
            id: `${prefix}-${i}`,
            title: `Predicted change with the share of ${domains[domain]!}.`,
            width: 214,
            range: [low - margin, high + margin],
            ...(proposal && { prior: proposal.compared[0]!.mixture[domain]! }),
            ...(proposed && { proposal: proposed.mixture[domain]! }),
          }),
        })),
    },
    tables: {},
  };
}

/** Pixels of the line below a panel's heading. */
const aboutWidth = 205;

/** Of several metrics those that a domain moves most, as many as there is room for. */
function strongest(report: MixtureReport, domain: number): { about?: string } {
  if (report.fits.length < 2) return {};
  const { metrics } = namesIn(report);
  const moved = ({ dependence }: FitExamination) =>
    dependence[domain]!.predicted.at(-1)! - dependence[domain]!.predicted[0]!;
  const texts = [...report.fits]
    .sort((a, b) => Math.abs(moved(b)) - Math.abs(moved(a)))
    .map((fit) => `${shorten(metrics.get(fit.name)!, aboutWidth - 50)} ${signed(moved(fit), 2)}`);
  const about = texts.slice(1).reduce((line, text) => {
    const longer = `${line} · ${text}`;
    return shorten(longer, aboutWidth) === longer ? longer : line;
  }, texts[0]!);
  return { about };
}

function paretoFigure(report: MixtureReport): MixtureFigure {
  const front = report.proposal!.front!;
  const { metrics } = namesIn(report);
  const shown = (name: string) => shorten(metrics.get(name) ?? name, 380);
  return {
    name: 'pareto',
    heading: 'What one objective costs in the other',
    caption: 'Predicted, lower is better in both; grey: the training runs, as they were',
    about:
      'The Pareto front of the two objectives under the fit: no mixture within the limits is predicted to be better in both. Lower is better; a metric where more is better counts with its sign turned. Grey dots are the training runs, as they were.',
    drawn: {
      charts: paretoChart(
        front,
        [shown(front.first), shown(front.second)],
        'The Pareto front of two objectives, and the mixtures that are compared.',
      ),
    },
    tables: { folded: { summary: 'Points of the front', table: frontRows(report, front) } },
  };
}
