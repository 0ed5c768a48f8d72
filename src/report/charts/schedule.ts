/** What a schedule is made of over training: the shares of tokens as stacked areas. */
import * as Plot from '@observablehq/plot';
import type { Schedule } from '../../records.js';
import { percent } from '../format.js';
import { draw, shorten } from './draw.js';

export interface ScheduleDrawing {
  id: string;
  title: string;
  width: number;
  /** Sources from the bottom up; others come above them. */
  order: readonly string[];
  colour: (source: string) => string;
}

interface Area {
  source: string;
  from: number;
  until: number;
  low: number;
  high: number;
}

const height = 150;
const margins = { left: 44, right: 14, top: 6, bottom: 34 };
/** A label needs this much room. */
const [labelWidth, labelHeight] = [44, 16];

/** Realised shares against the share of the training; at the end of a stage they jump. */
export function scheduleChart(
  stages: Schedule['stages'],
  { id, title, width, order, colour }: ScheduleDrawing,
): string {
  const areas = stages.flatMap((stage) => stacked(stage, order));
  const [across, up] = [width - margins.left - margins.right, height - margins.top - margins.bottom];
  const roomy = areas.filter(
    ({ from, until, low, high }) => (until - from) * across > labelWidth && (high - low) * up > labelHeight,
  );
  return draw(
    { id, title, width, height },
    {
      marginLeft: margins.left,
      marginRight: margins.right,
      marginTop: margins.top,
      marginBottom: margins.bottom,
      x: {
        domain: [0, 1],
        label: 'share of the training',
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: 5,
        tickFormat: (d: number) => percent(d, 0),
      },
      y: { domain: [0, 1], label: null, ticks: 3, tickFormat: (d: number) => percent(d, 0) },
      marks: [
        Plot.rect(areas, {
          x1: 'from',
          x2: 'until',
          y1: 'low',
          y2: 'high',
          fill: (d: Area) => colour(d.source),
          fillOpacity: 0.6,
        }),
        Plot.ruleX(
          stages.slice(1).map(({ from }) => from),
          { stroke: 'currentColor', strokeOpacity: 0.45 },
        ),
        Plot.text(roomy, {
          x: (d: Area) => (d.from + d.until) / 2,
          y: (d: Area) => (d.low + d.high) / 2,
          text: (d: Area) =>
            `${shorten(d.source, (d.until - d.from) * across - labelWidth + 8)} ${percent(d.high - d.low, 0)}`,
          fontVariant: 'tabular-nums',
        }),
      ],
    },
  );
}

/** The sources of a stage, one above the other. */
function stacked({ from, until, sources }: Schedule['stages'][number], order: readonly string[]): Area[] {
  let high = 0;
  return [...sources]
    .sort((a, b) => rank(a.source) - rank(b.source))
    .map(({ source, realisedShare }) => {
      const low = high;
      high += realisedShare;
      return { source, from, until, low, high };
    })
    .filter((area) => area.high > area.low);

  function rank(source: string): number {
    const at = order.indexOf(source);
    return at < 0 ? order.length : at;
  }
}
