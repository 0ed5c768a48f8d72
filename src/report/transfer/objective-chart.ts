/** Agreement with the target by domain and benchmark: a standard rate of the proxy beside a tiny one. */
import * as Plot from '@observablehq/plot';
import { alignmentMetric } from '../../ranking/index.js';
import type { Estimated, TransferAnalysis } from '../../records.js';
import { draw, room, shorten } from '../charts/draw.js';
import { targetName } from './kind.js';
import type { ComparedRate } from './standard-and-tiny.js';

interface Row extends Estimated {
  objective: string;
  colour: string;
  /** Pixels below the middle of the row. */
  dy: number;
}

const rowHeight = 24;

export const rateColours: Record<ComparedRate['name'], string> = {
  standard: 'var(--worse)',
  tiny: 'var(--better)',
  only: 'var(--better)',
};

/** Gradient alignment has a figure of its own. Empty for a single objective. */
export function objectiveChart(
  analysis: TransferAnalysis,
  rates: readonly ComparedRate[],
  { id, title, width }: { id: string; title: string; width: number },
): string {
  const { settings } = analysis;
  const objectives = analysis.objectives.filter((objective) => objective.name !== alignmentMetric.name);
  const rows = rates.flatMap(({ name, rate }, i) => {
    const setting = settings.find(({ hyperparameters }) => hyperparameters.learningRate === rate);
    return objectives.flatMap((objective): Row[] => {
      const spearman = setting?.transfer[objective.name]?.spearman;
      return spearman === undefined || !Number.isFinite(spearman.value)
        ? []
        : [
            {
              objective: objective.name,
              colour: rateColours[name],
              dy: 5 * (2 * i - rates.length + 1),
              ...spearman,
            },
          ];
    });
  });
  const shown = objectives
    .map(({ name }) => name)
    .filter((name) => rows.some((row) => row.objective === name));
  if (shown.length < 2) return '';
  const labels = room(shown, width / 3);
  const lowest = Math.min(...rows.map(({ value, interval }) => interval?.low ?? value), 0.5);
  return draw(
    { id, title, width, height: 44 + rowHeight * shown.length },
    {
      marginLeft: labels,
      marginRight: 20,
      marginTop: 6,
      marginBottom: 38,
      x: {
        domain: [Math.max(-1, Math.floor(10 * lowest) / 10), 1],
        ticks: 6,
        label: `Spearman correlation with the ${targetName(analysis)}`,
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      y: {
        type: 'band',
        domain: shown,
        label: null,
        tickSize: 0,
        tickFormat: (name: string) => shorten(name, labels - 6),
      },
      marks: [
        Plot.gridX({ ticks: 6, stroke: 'var(--line)', strokeOpacity: 1 }),
        ...rates.map(({ name }) => {
          const own = rows.filter(({ colour }) => colour === rateColours[name]);
          const dy = own[0]?.dy ?? 0;
          return [
            Plot.link(
              own.filter(({ interval }) => interval !== undefined && Number.isFinite(interval.low)),
              {
                y: 'objective',
                x1: ({ interval }: Row) => interval!.low,
                x2: ({ interval }: Row) => interval!.high,
                ...{ stroke: 'colour', strokeOpacity: 0.45, strokeWidth: 2, dy },
              },
            ),
            Plot.dot(own, { x: 'value', y: 'objective', fill: 'colour', r: 4, dy }),
          ];
        }),
      ],
      color: { type: 'identity' },
    },
  );
}
