import { describe, expect, test } from 'vitest';
import {
  about,
  count,
  decimals,
  duration,
  interval,
  metric,
  percent,
  plural,
  plusMinus,
  probability,
  rateText,
  signed,
} from '../../src/report/format.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers as text', () => {
  test('losses have 4 decimals and say when they are not numbers', () => {
    expect(decimals(3.21014)).toBe('3.2101');
    expect(decimals(Number.NaN)).toBe('n/a');
  });

  test('differences carry a sign, but not when they round to zero', () => {
    expect(signed(0.01234)).toBe('+0.0123');
    expect(signed(-0.01234)).toBe('−0.0123');
    expect(signed(-0.00001)).toBe('0.0000');
    expect(interval({ low: -0.001, high: 0.0046 })).toBe('[−0.0010, +0.0046]');
  });

  test('half of an interval says how many digits of a value are certain', () => {
    const around = (value: number, half: number) =>
      plain(plusMinus(value, { low: value - half, high: value + half }));
    expect(around(0.0123, 0.0031)).toBe('0.012 ± 0.003');
    expect(around(0.0123, 0.0121)).toBe('0.012 ± 0.012');
    expect(around(0.5, 0.25)).toBe('0.50 ± 0.25');
    expect(around(12.345, 4)).toBe('12.3 ± 4.0');
    expect(around(0.01, 0)).toBe('0.0100');
  });

  test('learning rates are written as powers of ten', () => {
    expect([1e-5, 3e-4, 0.0015, 1].map(rateText)).toEqual(['1e-5', '3e-4', '1.5e-3', '1e0']);
  });

  test('a probability never rounds to a certainty', () => {
    expect([0, 0.0004, 0.5, 0.9996, 1].map((p) => plain(probability(p)))).toEqual([
      '< 0.1 %',
      '< 0.1 %',
      '50.0 %',
      '> 99.9 %',
      '> 99.9 %',
    ]);
  });

  test('large numbers take a prefix and three digits', () => {
    expect([0, 842, 999.6, 1000, 12_345, 1_050_000, 3.2e15].map((n) => plain(metric(n)))).toEqual([
      '0 ',
      '842 ',
      '1.00 k',
      '1.00 k',
      '12.3 k',
      '1.05 M',
      '3.20 P',
    ]);
    expect(plain(about(842, 'tokens'))).toBe('842 tokens');
    expect(count(124_439_808)).toBe('124,439,808');
  });

  test('durations keep two units', () => {
    const texts = [4.13, 41.3, 252, 11_100, 4_442_700].map((s) => plain(duration(s)));
    expect(texts).toEqual(['4.1 s', '41 s', '4 min 12 s', '3 h 05 min', '1,234 h 05 min']);
    expect(duration(59.97)).toBe(duration(60));
  });

  test('one is singular', () => {
    expect([plural(1, 'seed'), plural(2, 'seed')]).toEqual(['1 seed', '2 seeds']);
    expect(plain(percent(0.3421))).toBe('34.2 %');
  });
});
