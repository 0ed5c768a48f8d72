/** The measurements equal those of the tools whose names the profiles bear, on 500 real documents. */
import { beforeAll, describe, expect, test } from 'vitest';
import { DocumentText, repetitionGroup } from '../../../src/corpus/signals/index.js';
import { DatatroveRepetition } from '../../../src/corpus/signals/repetition/datatrove.js';
import { EnglishTokens } from '../../../src/corpus/signals/repetition/english-tokens.js';
import type { Words } from '../../../src/corpus/signals/segment-words.js';
import { repetitionThresholds } from '../../../src/presets.js';
import { fixture, hash, type RealDocument, realDocuments } from './real-documents.js';

let documents: RealDocument[];
beforeAll(() => {
  documents = realDocuments();
});

const strings = (text: string, { count, starts, ends }: Words) =>
  Array.from({ length: count }, (_, i) => text.slice(starts[i]!, ends[i]!));

function positions(text: string, words: string[]): Words {
  const found: Words = {
    count: words.length,
    starts: new Int32Array(words.length),
    ends: new Int32Array(words.length),
  };
  let end = 0;
  for (const [i, word] of words.entries()) {
    found.starts[i] = text.indexOf(word, end);
    end = found.starts[i]! + word.length;
    found.ends[i] = end;
  }
  return found;
}

describe('datatrove', () => {
  type Row = [wordsHash: string, kept: 0 | 1, ...numbers: number[]];
  let pinned: { values: Record<string, Row[]>; spelled: Record<string, string[]> };
  beforeAll(() => {
    pinned = fixture('signals-datatrove');
  });

  const pinnedShares = ([, , lines, lineCopies, paragraphs, copies, ...characters]: Row, length: number) => [
    (lineCopies as number) / (lines as number),
    (copies as number) / (paragraphs as number),
    ...characters.map((count) => count / length),
  ];

  test('given its own words, every number is exactly datatrove’s', () => {
    const repetition = new DatatroveRepetition();
    const tokens = new EnglishTokens();
    for (const { name, row, index, text } of documents) {
      const pin = pinned.values[name]![index]!;
      const spelled = pinned.spelled[`${name}:${row}`];
      const words = spelled ? positions(text, spelled) : tokens.split(text);
      // The words are spaCy's, so what follows is about the measurements alone.
      expect(hash(strings(text, words).join('\u0001')), `${name}:${row}`).toBe(pin[0]);
      expect(repetition.measureTokens(text, words), `${name}:${row}`).toEqual(
        pinnedShares(pin, [...text].length),
      );
    }
  });

  test('with our own words, at least 99 % of the documents are kept or dropped as datatrove does', () => {
    const repetition = new DatatroveRepetition();
    const limits = Object.values(repetitionThresholds.default);
    const agreed = documents.filter(({ name, index, text }) => {
      const kept = repetition
        .measure(new DocumentText(text))
        .every((value, i) => (value as number) <= limits[i]!);
      return kept === (pinned.values[name]![index]![1] === 1);
    });
    expect(agreed.length).toBeGreaterThanOrEqual(0.99 * documents.length);
    const dropped = Object.values(pinned.values)
      .flat()
      .filter(([, kept]) => kept === 0);
    expect(dropped.length).toBeGreaterThan(50);
  });
});

describe.each([
  // DCLM's words come from uniseg: it makes words of ², ½ and single signs of scripts that Unicode cuts by dictionary.
  ['dclm', 13, 0.98],
  ['dolma', 11, 1],
] as const)('%s', (profile, measurements, least) => {
  test(`the ${measurements} numbers are those of its own code on at least ${100 * least} % of the documents`, async () => {
    const pinned = fixture<Record<string, number[][]>>(`signals-${profile}`);
    const measure = await repetitionGroup(profile).open();
    const equal = documents.filter(({ name, index, text }) => {
      const { values } = measure(new DocumentText(text));
      const pins = pinned[name]![index]!;
      return values.every(
        (value, i) => Math.abs((value as number) - pins[i]!) <= 1e-6 * Math.max(pins[i]!, 1e-3),
      );
    });
    expect(equal.length).toBeGreaterThanOrEqual(least * documents.length);
  });
});
