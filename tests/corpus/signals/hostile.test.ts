/** Texts that nobody writes: every group gives values in its ranges or null, in time that grows with the text only. */
import { describe, expect, test } from 'vitest';
import {
  DocumentText,
  languageGroup,
  qualityGroup,
  repetitionGroup,
} from '../../../src/corpus/signals/index.js';

const long = 300_000;
const texts: [name: string, text: string][] = [
  ['nothing', ''],
  ['spaces', ' \t\n\u00a0\u3000'.repeat(1_000)],
  ['line breaks', '\n'.repeat(long)],
  ['one word of a million letters', 'x'.repeat(1_000_000)],
  ['one word again and again on a line', 'again '.repeat(long)],
  ['closing brackets', `a${')'.repeat(long)}`],
  ['dots', '.'.repeat(long)],
  ['an address without end', `http://${'a.'.repeat(long)}`],
  ['NULs', 'a\0'.repeat(long)],
  ['lone surrogates', '\ud83d \ude00'.repeat(20_000)],
  ['ideographs', '漢字'.repeat(50_000)],
  ['letters with marks', 'a\u0301\u0302'.repeat(50_000)],
];

const groups = [
  repetitionGroup('dclm'),
  repetitionGroup('datatrove'),
  repetitionGroup('dolma'),
  qualityGroup(),
  languageGroup(),
];

describe.each(groups.map((group) => [group.name, group] as const))('%s', (_, group) => {
  test.each(texts)('%s', async (_name, text) => {
    const measure = await group.open();
    const { values } = measure(new DocumentText(text));
    expect(values).toHaveLength(group.columns.length);
    for (const [i, value] of values.entries()) {
      const { name, type, range } = group.columns[i]!;
      if (value === null) continue;
      if (type === 'VARCHAR') expect(value, name).toMatch(/^[a-z]{2,3}$/);
      else {
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThanOrEqual(range === '0 to 1' ? 1 : Number.MAX_SAFE_INTEGER);
      }
    }
    // What was measured before leaves no trace.
    measure(new DocumentText('a b a b\na b a b'));
    expect(measure(new DocumentText(text)).values).toEqual(values);
  });
});
