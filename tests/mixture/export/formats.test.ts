/**
 * Every format as its trainer's own parser read it (scripts/mixture-export-*.py): the same files, the planned tokens.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exporters, type Phase, planTokens } from '../../../src/mixture/export/index.js';
import { parsedPlans, type sources, twoPhases } from './plans.js';

describe.each(Object.entries(parsedPlans))('%s, as trainers read it', (folder, plan) => {
  const at = (name: string) => new URL(`fixtures/${folder}/${name}`, import.meta.url);
  const fixture = (name: string) => readFileSync(at(name), 'utf8');
  /** What a parser read of each phase, beside what was planned of it. */
  const phasesOf = <Read>(parser: string) =>
    (JSON.parse(fixture(`parsed-${parser}.json`)).phases as Read[]).map((read, i) => {
      const { domainTokens, tokens } = plan.phases[i]!;
      const planned = plan.domains.flatMap(({ name }, d): [string, number][] =>
        domainTokens[d] === 0 ? [] : [[name, domainTokens[d]!]],
      );
      return { read, tokens, planned: Object.fromEntries(planned) };
    });

  test.each(Object.entries(exporters))(
    '%s: the files that the parser read are those written now',
    (_, to) => {
      for (const { name, text } of to(plan).files) {
        expect(existsSync(at(name))).toBe(true);
        expect(text).toBe(fixture(name));
      }
    },
  );

  test('every parser has read every phase', () => {
    for (const parser of ['megatron', 'olmo-core', 'mosaicml', 'hf'])
      expect(phasesOf(parser)).toHaveLength(plan.phases.length);
  });

  test('Megatron-Core reads the planned shares, a domain of two files split by what they hold', () => {
    for (const { read, tokens, planned } of phasesOf<{ prefixes: string[]; weights: number[] }>('megatron')) {
      const { web, code, maths } = planned;
      const expected = [
        ['data/web_text_document', web],
        ['s3://corpus/code-a', code! / 4],
        ['s3://corpus/code-b', (code! * 3) / 4],
        ['data/maths', maths],
      ].filter(([, count]) => count !== undefined) as [string, number][];
      expect(read.prefixes).toEqual(expected.map(([prefix]) => prefix));
      expected.forEach(([, count], i) => {
        expect(read.weights[i]).toBeCloseTo(count / tokens, 12);
      });
    }
  });

  test('OLMo-core takes the planned tokens of every source, to the token', () => {
    for (const { read, planned } of phasesOf('olmo-core')) expect(read).toEqual(planned);
  });

  test('MosaicML Streaming takes the planned windows, to one window a stream', () => {
    const phases = phasesOf<{ samples: Record<string, number>; epoch: number }>('mosaicml');
    for (const { read, tokens, planned } of phases) {
      expect(read.epoch).toBe(tokens / 2048);
      const { 'code-1': first, 'code-2': second, ...whole } = read.samples;
      const windows: Record<string, number> = { ...whole, code: first! + second! };
      expect(Object.keys(windows).sort()).toEqual(Object.keys(planned).sort());
      for (const [name, count] of Object.entries(planned))
        expect(Math.abs(windows[name]! - count / 2048)).toBeLessThanOrEqual(1);
    }
  });

  test('interleave_datasets draws documents that hold the planned shares of tokens', () => {
    for (const { read, tokens, planned } of phasesOf<Record<string, number>>('hf')) {
      expect(Object.keys(read).sort()).toEqual(Object.keys(planned).sort());
      const drawn = Object.values(read).reduce((sum, count) => sum + count, 0);
      // 30,000 documents of three lengths: a standard error below 0.004 for every share.
      for (const [name, count] of Object.entries(planned))
        expect(Math.abs(read[name]! / drawn - count / tokens)).toBeLessThan(0.015);
    }
  });
});

describe('two phases', () => {
  test('give one file each, without domains that have no share, and say where to switch and what repeats', () => {
    const { files, notes } = exporters['olmo-core'](twoPhases);
    expect(files.map(({ name }) => name)).toEqual([
      'source-mixture-phase-1.yaml',
      'source-mixture-phase-2.yaml',
    ]);
    const names = parse(files[1]!.text).sources.map((source: { source_name: string }) => source.source_name);
    expect(names).toEqual(['code', 'maths']);
    expect(notes.join('\n')).toContain('phase 2 at token 9,000,000,006');
    expect(notes.join('\n')).toContain('repeat their first samples: code, maths');
  });

  test('are both in the JSON of interleave_datasets and of the plan', () => {
    for (const format of ['hf-interleave', 'json'] as const)
      expect(JSON.parse(exporters[format](twoPhases).files[0]!.text).phases).toHaveLength(2);
  });
});

describe('what a format cannot say is an error', () => {
  const planOf = (source: Parameters<typeof sources.set>[1]) => {
    const phases: Phase[] = [{ share: 1, mixture: new Map([['web', 1]]) }];
    return planTokens({ phases, sources: new Map([['web', source]]), budgetTokens: 1e6 });
  };

  test('a path with a space in a blend', () => {
    expect(() => exporters.megatron(planOf({ paths: [{ path: 'my data/web' }] }))).toThrow('has a space');
  });

  test('a domain of two paths of unknown size', () => {
    const plan = planOf({ paths: [{ path: 'a' }, { path: 'b' }] });
    for (const format of ['megatron', 'mosaicml'] as const)
      expect(() => exporters[format](plan)).toThrow('how many tokens "a" holds is not known');
  });

  test('no paths at all, where paths are needed', () => {
    for (const format of ['megatron', 'olmo-core', 'mosaicml'] as const)
      expect(() => exporters[format](planOf({ paths: [] }))).toThrow('has no paths');
    expect(exporters.json(planOf({ paths: [] })).files).toHaveLength(1);
  });

  test('probabilities of documents of unknown length', () => {
    expect(() => exporters['hf-interleave'](planOf({ paths: [{ path: 'a' }], tokens: 1e9 }))).toThrow(
      'its mean document length is not known',
    );
  });
});
