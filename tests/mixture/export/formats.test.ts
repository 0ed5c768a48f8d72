/**
 * Every format as its trainer's own parser read it (scripts/mixture-export-*.py): the same files, the planned tokens.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exporters, type Phase, planTokens } from '../../../src/mixture/export/index.js';
import { onePhase, type sources, twoPhases } from './plans.js';

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const [web, code, maths] = onePhase.phases[0]!.domainTokens as [number, number, number];
const total = onePhase.budgetTokens;
const shareOf = (tokens: number) => tokens / total;

test.each(Object.entries(exporters))(
  '%s: the files that the parsers read are those written now',
  (_, toFormat) => {
    for (const { name, text } of toFormat(onePhase).files) {
      expect(existsSync(new URL(`fixtures/${name}`, import.meta.url))).toBe(true);
      expect(text).toBe(fixture(name));
    }
  },
);

describe('trainers', () => {
  test('Megatron-Core reads the planned shares, a domain of two files split by what they hold', () => {
    const { prefixes, weights } = JSON.parse(fixture('parsed-megatron.json'));
    expect(prefixes).toEqual([
      'data/web_text_document',
      's3://corpus/code-a',
      's3://corpus/code-b',
      'data/maths',
    ]);
    [web, code / 4, (code * 3) / 4, maths].forEach((tokens, i) => {
      expect(weights[i]).toBeCloseTo(shareOf(tokens), 12);
    });
  });

  test('OLMo-core takes the planned tokens of every source, to the token', () => {
    expect(JSON.parse(fixture('parsed-olmo-core.json')).tokens).toEqual({ web, code, maths });
  });

  test('MosaicML Streaming takes the planned windows, to one window a stream', () => {
    const { samples, epoch } = JSON.parse(fixture('parsed-mosaicml.json'));
    expect(epoch).toBe(total / 2048);
    for (const [tokens, windows] of [
      [web, samples.web],
      [code, samples['code-1'] + samples['code-2']],
      [maths, samples.maths],
    ])
      expect(Math.abs(windows - tokens / 2048)).toBeLessThanOrEqual(1);
  });

  test('interleave_datasets draws documents that hold the planned shares of tokens', () => {
    const { tokens } = JSON.parse(fixture('parsed-hf.json')) as { tokens: Record<string, number> };
    const drawn = Object.values(tokens).reduce((sum, count) => sum + count, 0);
    // 30,000 documents of three lengths: a standard error below 0.004 for every share.
    for (const [name, planned] of Object.entries({ web, code, maths }))
      expect(Math.abs(tokens[name]! / drawn - shareOf(planned))).toBeLessThan(0.015);
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
