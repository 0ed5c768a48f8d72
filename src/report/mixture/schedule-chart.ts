/** A schedule of mixtures: shares of tokens as stacked areas over the stages of training, named at their end. */
import * as Plot from '@observablehq/plot';
import { draw, room, shorten } from '../charts/draw.js';
import { spread } from '../charts/series.js';
import { percent } from '../format.js';
import { sourceColours } from '../styles.js';
import type { Chart } from './chart.js';

export interface Schedule {
  domains: readonly string[];
  stages: readonly { share: number; mixture: readonly number[] }[];
}

interface Layer {
  name: string;
  colour: string;
  opacity: number;
  /** [stages] */
  shares: number[];
  /** Of all tokens. */
  total: number;
}

/** A domain that never has more is drawn with the others. */
const smallest = 0.01;
const connector = 18;
const [left, top, bottom] = [44, 8, 36];
const labelGap = 15;

export function mixtureScheduleChart(
  schedule: Schedule,
  { id, title, width }: { id: string; title: string; width: number },
): Chart {
  const layers = layersOf(schedule);
  const names = layers.map(({ name, total }) => `${name} ${percent(total, total < 0.0995 ? 1 : 0)}`);
  const labels = room(names, width / 2.6) + connector;
  const inner = Math.max(200, labelGap * layers.length);
  const height = inner + top + bottom;
  const ends = endsOf(schedule);
  const areas = layers.flatMap(({ shares, colour, opacity }, at) =>
    shares.map((share, stage) => {
      const low = layers.slice(0, at).reduce((sum, layer) => sum + layer.shares[stage]!, 0);
      return { from: ends[stage]!, until: ends[stage + 1]!, low, high: low + share, colour, opacity };
    }),
  );
  const last = areas.filter(({ until }) => until === ends.at(-1));
  const middles = last.map(({ low, high }) => (low + high) / 2);
  const placed = spread(
    middles.map((at) => inner * (1 - at)),
    labelGap,
    inner,
  );
  const tags = layers.map((layer, i) => ({
    ...layer,
    name: names[i]!,
    middle: middles[i]!,
    at: 1 - placed[i]! / inner,
  }));
  const beyond = 1 + connector / (width - left - labels);
  const svg = draw(
    { id, title, width, height },
    {
      marginLeft: left,
      marginRight: labels,
      marginTop: top,
      marginBottom: bottom,
      x: {
        domain: [0, 1],
        label: 'share of the training',
        labelAnchor: 'center',
        labelArrow: 'none',
        ticks: width < 500 ? 3 : 5,
        tickFormat: (d: number) => percent(d, 0),
      },
      y: { domain: [0, 1], label: null, ticks: 5, tickFormat: (d: number) => percent(d, 0) },
      marks: [
        Plot.rect(
          areas.filter(({ low, high }) => high > low),
          { x1: 'from', x2: 'until', y1: 'low', y2: 'high', fill: 'colour', fillOpacity: 'opacity' },
        ),
        Plot.ruleX(ends.slice(1, -1), { stroke: 'var(--paper)', strokeWidth: 1.5 }),
        Plot.link(tags, {
          x1: 1,
          x2: beyond,
          y1: 'middle',
          y2: 'at',
          stroke: 'var(--quiet)',
          strokeOpacity: 0.6,
        }),
        Plot.dot(tags, {
          x: 1,
          y: 'at',
          dx: connector + 5,
          symbol: 'square',
          r: 4.5,
          fill: 'colour',
          fillOpacity: 'opacity',
        }),
        Plot.text(tags, {
          x: 1,
          y: 'at',
          dx: connector + 14,
          textAnchor: 'start',
          text: ({ name }: { name: string }) => shorten(name, labels - connector - 8),
        }),
      ],
      color: { type: 'identity' },
      opacity: { type: 'identity' },
    },
  );
  return { svg, height };
}

/** [stages + 1] Shares of the training at which stages begin and end. */
function endsOf({ stages }: Schedule): number[] {
  const ends = [0];
  for (const { share } of stages) ends.push(ends.at(-1)! + share);
  return ends;
}

/** Largest total first, which is the lowest. Six hues, paler each time that they come again. */
function layersOf({ domains, stages }: Schedule): Layer[] {
  const all = domains
    .map((name, domain) => {
      const shares = stages.map(({ mixture }) => mixture[domain]!);
      return { name, shares, total: shares.reduce((sum, share, i) => sum + share * stages[i]!.share, 0) };
    })
    .filter(({ total }) => total > 0)
    .sort((a, b) => b.total - a.total);
  const small = all.filter(({ shares }) => Math.max(...shares) < smallest);
  const large = all.filter((layer) => small.length < 2 || !small.includes(layer));
  const hues = sourceColours.length - 1;
  const layers = large.map((layer, i) => ({
    ...layer,
    colour: sourceColours[i % hues]!,
    opacity: [0.9, 0.55, 0.28][Math.floor(i / hues)] ?? 0.15,
  }));
  if (small.length < 2) return layers;
  const sum = (of: (layer: (typeof small)[number]) => number) =>
    small.reduce((total, layer) => total + of(layer), 0);
  return [
    ...layers,
    {
      name: `${small.length} others`,
      colour: sourceColours[hues]!,
      opacity: 0.6,
      shares: stages.map((_, stage) => sum(({ shares }) => shares[stage]!)),
      total: sum(({ total }) => total),
    },
  ];
}
