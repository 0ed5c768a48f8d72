/** Stage models: one fit a stage or one for all, the loss or its change, and the same model after JSON. */
import { describe, expect, test } from 'vitest';
import { boundariesOf, fitStages, regressors, type StageModel } from '../../../src/mixture/index.js';
import { modelFromJson, modelToJson } from '../../../src/mixture/regmix-d/index.js';
import { advanceOne, errorsAlong } from '../../../src/mixture/regmix-d/stage-model.js';
import { Random } from '../../../src/random.js';
import { prior, proxies, proxyWorld, stages, train } from './simulated.js';

const random = Random.fromSeed('stage model');
const known = proxies('changing', 60, random.split('known'));
const even = train(() => prior, proxyWorld);

const models: [string, StageModel][] = [false, true].flatMap((pooled) =>
  (['loss', 'change'] as const).map((predicts): [string, StageModel] => [
    `${pooled ? 'one fit for all stages' : 'a fit for each stage'}, of the ${predicts}`,
    fitStages(known, {
      boundaries: boundariesOf(stages),
      regressor: regressors.gbdt,
      pooled,
      predicts,
      random,
    }),
  ]),
);

describe.each(models)('%s', (_, model) => {
  test('predicts stages of a run that it has not seen, and states how far off it is', () => {
    for (let stage = 0; stage < stages; stage++) {
      const predicted = advanceOne(model, stage, prior, even[stage]!);
      const stated = errorsAlong(model, stage, [prior], even[stage]!)![0]!;
      predicted.forEach((loss, metric) => {
        expect(stated[metric]).toBeGreaterThan(0);
        expect(Math.abs(loss - even[stage + 1]![metric]!)).toBeLessThan(4 * stated[metric]!);
      });
    }
  });

  test('errors of the first stage are carried into the later ones', () => {
    const along = errorsAlong(model, 0, Array(stages).fill(prior), even[0]!)!;
    expect(along).toHaveLength(stages);
    const alone = errorsAlong(model, stages - 1, [prior], even[stages - 1]!)![0]!;
    const sum = (values: Float64Array) => values.reduce((a, b) => a + b);
    expect(sum(along.at(-1)!)).toBeGreaterThan(sum(alone));
  });

  test('is the same after JSON, and reads the fits of a stage when it needs them', () => {
    const { shape, fits } = JSON.parse(JSON.stringify(modelToJson(model))) as ReturnType<typeof modelToJson>;
    expect(fits).toHaveLength(model.pooled ? 1 : stages);
    const loaded: number[] = [];
    const again = modelFromJson(shape, (group) => {
      loaded.push(group);
      return fits[group]!;
    });
    for (const stage of [2, 2, 3]) {
      expect(advanceOne(again, stage, prior, even[stage]!)).toEqual(
        advanceOne(model, stage, prior, even[stage]!),
      );
      expect(errorsAlong(again, stage, [prior], even[stage]!)).toEqual(
        errorsAlong(model, stage, [prior], even[stage]!),
      );
    }
    expect(loaded).toEqual(model.pooled ? [0] : [2, 3]);
  });
});
