/** ARPA files: what is read is what was written, and a broken file ends in an error that names its line. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readLanguageModel, writeLanguageModel } from '../../../src/corpus/language-model/index.js';
import { Random } from '../../../src/random.js';
import { errorOf, workspace } from '../workspace.js';
import { arpaGrams, fixture } from './fixtures.js';

const { write, path } = workspace();

const small = `\\data\\
ngram 1=5
ngram 2=3

\\1-grams:
-1.5\t<unk>
-99\t<s>\t-0.3
-0.7\t</s>
-0.6\tred\t-0.2
-0.8\tfish\t-0.1

\\2-grams:
-0.2\t<s> red
-0.1\tred fish
-0.05\tfish </s>

\\end\\
`;

const read = (name: string, arpa: string | Uint8Array) => readLanguageModel(write(name, arpa), 'raw');

describe('an ARPA file', () => {
  test('of lmplz is written again with the same numbers', async () => {
    const arpa = fixture('whole.arpa.gz');
    await writeLanguageModel(path('again.arpa'), read('whole.arpa', arpa));
    const again = arpaGrams(readFileSync(path('again.arpa'), 'utf8'));
    const expected = arpaGrams(arpa);
    expect(again.size).toBe(expected.size);
    for (const [gram, [log10, backoff]] of expected) {
      expect(again.get(gram)![0]).toBeCloseTo(log10, 6);
      expect(again.get(gram)![1]).toBeCloseTo(backoff, 6);
    }
  });

  test('may have comments before it, Windows line ends and spaces for tabs', () => {
    const loose = `made by hand\n\n${small}`.replaceAll('\t', '  ').replaceAll('\n', '\r\n');
    expect(read('loose.arpa', loose).vocabulary.count).toBe(5);
  });

  test('without <unk> gives unknown words 10^-100, as KenLM does', () => {
    const without = small.replace('ngram 1=5', 'ngram 1=4').replace('-1.5\t<unk>\n', '');
    expect(read('without.arpa', without).unigrams[0]).toBe(-100);
  });
});

describe('an ARPA file is refused, at its line, when', () => {
  const line = (text: string) => small.split('\n').findIndex((found) => found.startsWith(text)) + 1;
  test.each<[string, string | Uint8Array, number, RegExp]>([
    ['it is another file', '{"a": 1}\n', 1, /not an ARPA file/],
    ['it is empty', '', 0, /not an ARPA file/],
    ['a section is missing', small.replace('\\2-grams:\n', ''), line('\\2'), /section is missing/],
    ['counts are missing', small.replace('ngram 2=3\n', ''), line('ngram 2') + 1, /counts are not complete/],
    ['counts skip an order', small.replace('ngram 2', 'ngram 3'), line('ngram 2'), /expected order 2, got 3/],
    [
      'it claims more than its size',
      small.replace('2=3', `2=${10 ** 15}`),
      line('ngram 2'),
      /impossible count/,
    ],
    ['it claims 10^400', small.replace('2=3', `2=1${'0'.repeat(400)}`), line('ngram 2'), /impossible count/],
    ['it claims none', small.replace('2=3', '2=0'), line('ngram 2'), /impossible count/],
    ['it has fewer than claimed', small.replace('2=3', '2=4'), line('\\end'), /fewer 2-grams than/],
    ['it has more than claimed', small.replace('2=3', '2=2'), line('-0.05'), /expected \\end\\, got -0.05/],
    [
      'it is cut',
      small.slice(0, small.indexOf('-0.05')),
      line('-0.1\tred'),
      /fewer 2-grams.*end of the file/,
    ],
    ['its end is cut', small.replace('\\end\\\n', ''), line('\\end') - 1, /expected \\end\\/],
    ['a number is NaN', small.replace('-0.1\tred', 'nan\tred'), line('-0.1\tred'), /not a log10 probability/],
    ['a number is hexadecimal', small.replace('-0.1\tred', '-0x1\tred'), line('-0.1\tred'), /got -0x1/],
    ['a probability is above 1', small.replace('-0.1\tred', '0.1\tred'), line('-0.1\tred'), /number up to 0/],
    ['a back-off is infinite', small.replace('-0.2\n', '-1e999\n'), line('-0.6'), /not a back-off weight/],
    ['an n-gram lacks a word', small.replace('red fish', 'red'), line('-0.1\tred'), /not a line of 2-grams/],
    ['an n-gram has a new word', small.replace('red fish', 'blue fish'), line('-0.1\tred'), /got blue/],
    ['a word comes twice', small.replace('fish\t', 'red\t'), line('-0.8'), /word given twice, got red/],
    ['an n-gram comes twice', small.replace('red fish', '<s> red'), line('-0.1\tred'), /n-gram given twice/],
    ['<s> is missing', small.replace('<s>\t', 'x\t'), line('-0.8'), /lack <s>/],
    [
      'it has orders above 10',
      small.replace('ngram 2', 'ngram 11'),
      line('ngram 2'),
      /expected order 2, got 11/,
    ],
    [
      'it is not UTF-8',
      Buffer.concat([Buffer.from(small.slice(0, 40)), Buffer.from([0xff]), Buffer.from(small.slice(40))]),
      6,
      /not UTF-8/,
    ],
    ['a line never ends', `\\data\\\n${'x'.repeat(3_000_000)}`, 2, /line too long/],
  ])('%s', async (_name, arpa, at, message) => {
    const file = write('broken.arpa', arpa);
    const error = await errorOf(async () => readLanguageModel(file));
    expect(error).toMatchObject({
      name: 'AssayError',
      subject: `${file}:${at}`,
      message: expect.stringMatching(message),
    });
  });

  test('too many n-grams come without their last words', async () => {
    const lone = `${small
      .replace('2=3\n', '2=3\nngram 3=1\n')
      .replace('\\end\\\n', '')}\\3-grams:\n-0.1\tred fish red\n\\end\\\n`;
    const error = await errorOf(async () => read('lone.arpa', lone));
    expect(error).toMatchObject({ message: expect.stringContaining('too many n-grams whose last words') });
  });
});

test('a thousand mutated ARPA files are read or refused, never anything else', () => {
  const random = Random.fromSeed(1);
  const bytes = Buffer.from(small);
  let refused = 0;
  for (let i = 0; i < 1000; i++) {
    const mutated = Buffer.from(bytes);
    for (let change = 0; change < 3; change++) {
      mutated[random.below(bytes.length)] = random.below(256);
    }
    try {
      read(
        'mutated.arpa',
        mutated.subarray(0, random.uniform() < 0.2 ? random.below(bytes.length) : undefined),
      );
    } catch (error) {
      expect(error).toMatchObject({ name: 'AssayError' });
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(300);
});
