/** Gradient alignment over the learning rate: from proxy to target, and beside the loss as what predicts the target. */
import { alignmentMetric } from '../../ranking/index.js';
import type { Estimated, ProxySetting } from '../../records.js';
import type { EstimateLine } from './estimate-chart.js';
import { estimates, ofLine, titled } from './figure-parts.js';
import type { RateMarks } from './rate-axis.js';
import type { RateLine } from './rate-lines.js';

/**
 * @param of the first objective, and what the target is called
 * @param id of a part of the page
 */
export function alignmentFigures(
  lines: readonly RateLine[],
  { name, target }: { name: string; target: string },
  id: (part: string) => string,
  marks: RateMarks,
): string[] {
  const [line] = lines;
  const scale = ({ transfer }: ProxySetting): Estimated | undefined =>
    transfer[alignmentMetric.name]?.spearman;
  const predicts = ({ predicts }: ProxySetting): Estimated | undefined => {
    const value = predicts[alignmentMetric.name];
    return value === undefined ? undefined : { value };
  };
  if (line === undefined || !line.points.some(({ setting }) => predicts(setting))) return [];
  const both: EstimateLine[] = [
    {
      ...line,
      label: `${name} of the proxy`,
      colour: 'var(--better)',
      of: ({ transfer }) => transfer[name]!.spearman,
    },
    { ...line, label: 'its gradient alignment', colour: 'var(--worse)', of: predicts },
  ];
  return [
    titled(
      'Gradient alignment of the proxy and of the target',
      estimates(
        lines.map((each) => ({ ...each, of: scale })),
        {
          ...{ id: id('alignment'), marks },
          title:
            'Spearman correlation of the gradient alignment that proxy and target gathered, against the learning rate of the proxy.',
        },
      ),
    ),
    titled(
      `What predicts the ${target}${ofLine(lines, line)}`,
      estimates(both, {
        ...{ id: id('predicts'), marks, legend: true },
        title: `Spearman correlation with the ${target} of the loss and of the gradient alignment of the proxy, against its learning rate.`,
      }),
    ),
  ];
}
