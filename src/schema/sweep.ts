/** The shape of a sweep: a grid of settings in which a model is trained. */
import { z } from 'zod';
import { count, nonNegative, positive, says, tokenCount } from './values.js';

const steps = z.int(says('a whole number of at least 0')).nonnegative(says('a whole number of at least 0'));

/** Values of one option. */
function values<S extends z.ZodType>(shape: S, what: string, examples: unknown[]) {
  return z
    .array(shape, says(`a list such as [${examples.join(', ')}]`))
    .min(1, says('at least one value'))
    .optional()
    .describe(`${what} Example: \`[${examples.join(', ')}]\`.`)
    .meta({ examples: [examples] });
}

const gridShape = z.strictObject(
  {
    learningRate: values(positive, 'Peak learning rates.', [1e-4, 3e-4, 1e-3]),
    batch: values(count, 'Windows per optimizer step.', [32, 64]),
    weightDecay: values(nonNegative, 'Decoupled weight decays.', [0.01, 0.1]),
    tokens: values(tokenCount, 'Training tokens of a run.', ['1M', '4M']),
    tokensPerParameter: values(positive, 'Training tokens per parameter.', [20, 40]),
    warmupSteps: values(steps, 'Steps of linear warm-up.', [0, 200]),
  },
  says('options with their values, such as { learningRate: [1e-4, 3e-4] }'),
);

export const sweepShape = z
  .union(
    [gridShape, z.array(gridShape).min(1)],
    says('a grid such as { learningRate: [1e-4, 3e-4] }, or a list of grids'),
  )
  .optional()
  .describe(
    'Settings in which every recipe is trained: all combinations of the values, or of each grid in a list. A proxy is ' +
      'trained in its own setting too. Example: `{ learningRate: [1e-4, 3e-4], batch: [32, 64] }`.',
  )
  .meta({ id: 'sweep', examples: [{ learningRate: [1e-4, 3e-4], batch: [32, 64] }] });

export type SweepFile = NonNullable<z.output<typeof sweepShape>>;
export type GridPoint = {
  [K in keyof z.output<typeof gridShape>]?: NonNullable<z.output<typeof gridShape>[K]>[number];
};

/** All settings of a sweep. */
export function sweepPoints(sweep: SweepFile): GridPoint[] {
  return [sweep]
    .flat()
    .flatMap((grid) =>
      Object.entries(grid).reduce<GridPoint[]>(
        (points, [option, values]) =>
          points.flatMap((point) => (values ?? []).map((value) => ({ ...point, [option]: value }))),
        [{}],
      ),
    );
}
