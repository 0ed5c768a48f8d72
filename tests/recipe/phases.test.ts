/** Plans of several phases: no window twice before a source repeats, none left out, shares as asked for. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { openPlan, realisedShares, resolveRecipes, writeOrder, writePlan } from '../../src/recipe/index.js';
import type { PlanPhase, Recipe, RecipeSpec, StageSpec } from '../../src/records.js';
import { prepareSmallStudy } from '../train/small-study.js';
import { documentsOf, names, storeOnDisk } from '../validation/tables.js';

const folder = mkdtempSync(join(tmpdir(), 'assay-phases-'));
afterAll(() => rmSync(folder, { recursive: true }));

const context = 7;
const length = context + 1;
const sizes = { code: 25, mail: 6, web: 100 };
type Source = keyof typeof sizes;
const sourceNames = Object.keys(sizes) as Source[];

const inputs = Object.fromEntries(
  await Promise.all(
    sourceNames.map(async (source) => {
      const { table, tokens } = documentsOf(names(source[0]!, sizes[source]));
      const store = storeOnDisk(join(folder, 'tokens'), source, { table, tokens });
      const kept = new Uint8Array(table.id.length).fill(1);
      const order = await writeOrder(join(folder, 'orders'), { ...store, source }, table, kept, 'key');
      return [source, { order, store, windows: Math.floor(tokens.length / length) }] as const;
    }),
  ),
);

/** A plan's phases and the index in its source's stream of every window, found by its tokens. */
async function planOf(recipe: Recipe) {
  const run = join(folder, 'run');
  rmSync(run, { recursive: true, force: true });
  await writePlan(run, { recipe, context, sources: inputs, random: Random.fromSeed(1) });
  const plan = openPlan(run);
  const tokens = await plan.read(0, plan.windows);
  plan.close();
  const at = (w: number) => tokens.subarray(w * length, (w + 1) * length).join(' ');
  return { run, phases: plan.phases, windows: Array.from({ length: plan.windows }, (_, w) => at(w)) };
}

/** The windows of a source's stream, in its order. */
async function streamOf(source: string): Promise<string[]> {
  const { windows } = inputs[source]!;
  const own = { source, share: 1, windows, realisedShare: 1, availableWindows: windows, repeat: 1 };
  return (await planOf({ name: source, sources: [own] })).windows;
}
const streams: Record<string, string[]> = {};
for (const source of sourceNames) streams[source] = await streamOf(source);

function resolve(stages: StageSpec[], repeat: number, steps: number, batch: number): Recipe {
  const overall = (source: string): number =>
    stages.reduce(
      (sum, { until, weights }, k) => sum + (until - (stages[k - 1]?.until ?? 0)) * (weights[source] ?? 0),
      0,
    );
  const used = sourceNames.filter((source) => stages.some(({ weights }) => weights[source] !== undefined));
  const spec: RecipeSpec = {
    kind: 'shares',
    sources: Object.fromEntries(
      used.map((source) => [source, { weight: overall(source), repeat, where: [] }]),
    ),
    stages,
  };
  const tokens = Object.fromEntries(used.map((source) => [source, inputs[source]!.windows * length]));
  return resolveRecipes({ a: spec }, { a: tokens }, steps * batch, context, {}, batch)[0]!;
}

/** Stages of random lengths and shares, a source left out of some. */
const schedules = fc
  .array(
    fc.record({
      length: fc.integer({ min: 1, max: 9 }),
      parts: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .filter((stages) => stages.every(({ parts }) => parts.some((part) => part > 0)))
  .map((stages) => {
    const steps = stages.reduce((sum, stage) => sum + stage.length, 0);
    let end = 0;
    return {
      steps,
      stages: stages.map(({ length, parts }): StageSpec => {
        end += length;
        const total = parts.reduce((a, b) => a + b, 0);
        const weights = parts.map((part, i) => [sourceNames[i]!, part / total]);
        return { until: end / steps, weights: Object.fromEntries(weights) };
      }),
    };
  });

describe('a plan of several phases', () => {
  test('takes each source on where the phase before left it: no window twice in an epoch, and none left out', async () => {
    let repeated = 0;
    await fc.assert(
      fc.asyncProperty(schedules, fc.integer({ min: 1, max: 11 }), async ({ stages, steps }, batch) => {
        const recipe = resolve(stages, 40, steps, batch);
        const { phases, windows } = await planOf(recipe);
        expect(windows).toHaveLength(steps * batch);
        const met: Record<string, string[]> = { code: [], mail: [], web: [] };
        let at = 0;
        for (const [k, phase] of phases.entries()) {
          const sequence = readFileSync(join(folder, 'run', 'plan', `phase-${k}.bin`));
          expect(sequence).toHaveLength(phase.windows);
          for (const own of sequence) met[phase.sources[own]!.source]!.push(windows[at++]!);
        }
        for (const [source, own] of Object.entries(met)) {
          const stream = streams[source]!;
          expect(own).toEqual(own.map((_, i) => stream[i % stream.length]));
          const epochs = Math.ceil(own.length / stream.length);
          for (let epoch = 0; epoch < epochs; epoch++) {
            const once = own.slice(epoch * stream.length, (epoch + 1) * stream.length);
            expect(new Set(once).size).toBe(once.length);
          }
          if (epochs > 1) repeated++;
        }
      }),
      { numRuns: 30 },
    );
    expect(repeated).toBeGreaterThan(5);
  });

  test('has whole steps a phase, and in each every source less than a window from its share', async () => {
    await fc.assert(
      fc.asyncProperty(schedules, fc.integer({ min: 1, max: 11 }), async ({ stages, steps }, batch) => {
        const { phases } = await planOf(resolve(stages, 40, steps, batch));
        expect(phases).toHaveLength(stages.length);
        for (const [k, phase] of phases.entries()) {
          const { until, weights } = stages[k]!;
          const asked = (until - (stages[k - 1]?.until ?? 0)) * steps * batch;
          expect(phase.windows).toBeCloseTo(asked, 6);
          const realised = realisedShares(phase);
          for (const [source, share] of Object.entries(weights))
            expect(Math.abs((realised[source] ?? 0) - share) * phase.windows).toBeLessThan(1);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('ends its stages at the nearest whole step', async () => {
    const { phases } = await planOf(
      resolve(
        [
          { until: 0.33, weights: { web: 1 } },
          { until: 1, weights: { code: 1 } },
        ],
        1,
        10,
        4,
      ),
    );
    expect(phases.map(({ windows }) => windows)).toEqual([12, 28]);
    expect(() =>
      resolve(
        [
          { until: 0.04, weights: { web: 1 } },
          { until: 1, weights: { code: 1 } },
        ],
        1,
        10,
        4,
      ),
    ).toThrow('recipe "a": stage 1 is shorter than a step, got 10 steps in all');
  });

  test('is refused for what all phases together lack', () => {
    const stages = [
      { until: 0.5, weights: { mail: 1 } },
      { until: 1, weights: { mail: 0.5, web: 0.5 } },
    ];
    const enough = Math.floor(inputs.mail!.windows / 3);
    expect(resolve(stages, 1, 4, enough).sources.map(({ windows }) => windows)).toEqual([3 * enough, enough]);
    expect(() => resolve(stages, 1, 4, enough + 1)).toThrow(/source "mail" lacks .* `repeat: 2` would do/);
  });

  test('chains its phases: each names the one before, and one that does not fit is refused', async () => {
    const stages = [
      { until: 0.5, weights: { web: 1 } },
      { until: 1, weights: { web: 0.5, code: 0.5 } },
    ];
    const { run, phases } = await planOf(resolve(stages, 1, 10, 4));
    expect(phases[0]).not.toHaveProperty('after');
    expect(phases[1]!.after).toBe(phases[0]!.hash);
    expect(phases[1]!.sources.map(({ source, first }) => [source, first])).toEqual([
      ['code', 0],
      ['web', 20],
    ]);
    const file = join(run, 'plan', 'phase-1.json');
    const write = (phase: PlanPhase) => writeFileSync(file, JSON.stringify(phase));
    write({ ...phases[1]!, after: 'another' });
    expect(() => openPlan(run)).toThrow(
      /phase-1.json: does not follow the phase before, expected .* got another/,
    );
    write({ ...phases[1]!, sources: phases[1]!.sources.map((source) => ({ ...source, first: 0 })) });
    expect(() => openPlan(run)).toThrow('source "web" does not go on where the phases before it ended');
  });
});

/** As they were before there were phases: results that depend on them stay what they are. */
const pinned = {
  all: [
    '3cb7a362ebec86de02104bff199f02b5febd661fcd8ce676aa13a30f562f1af7',
    'c2b49f7850ee6a2ff03f166fe8aaaad11bc07c09a70d972fd8c01f035318009d',
  ],
  plain: [
    '58dbfebc566aa26b1deab74ba93a6d8059f6d473e5322a01f6f05f9d17646de3',
    '85494a09023c84718525ac56c42315df3bd65dce3bdb71b3f958f9ca1e615972',
  ],
};

test('a recipe without stages has the plan that it always had, to the last bit', async () => {
  for (const run of await prepareSmallStudy(join(folder, 'small'))) {
    const { recipe, planHash } = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'));
    const phase = JSON.parse(readFileSync(join(run, 'plan', 'phase-0.json'), 'utf8'));
    const sequence = createHash('sha256').update(readFileSync(join(run, 'plan', 'phase-0.bin')));
    expect([planHash, sequence.digest('hex')]).toEqual(pinned[recipe as keyof typeof pinned]);
    expect(Object.keys(phase)).toEqual(['hash', 'context', 'windows', 'sources']);
    expect(Object.keys(phase.sources[0])).toEqual([
      'source',
      'windows',
      'share',
      'order',
      'tokens',
      'tokenBytes',
    ]);
  }
});
