/** Documents for tokenizer tests: made of our own sentences, with the edge cases that tokenizers disagree on. */
import { Random } from '../../src/random.js';

const sentences = [
  'The harbour was quiet before the boats came in.',
  "She didn't say where they'd gone, and I've never asked.",
  'Seventeen small runs cost less than one large mistake.',
  'A filter that drops every third document should say why.',
  "It's the recipe's order that we'll pair, isn't it?",
  'Warm the pan, then add the onions; stir until they soften.',
  'Der Fluß führt im Frühjahr mehr Wasser als im Herbst.',
  'La forêt était silencieuse, et l’été touchait à sa fin.',
  'Все поезда опаздывают на десять минут.',
  '港の朝は静かで、船はまだ戻っていなかった。',
  'في الصباح كان الميناء هادئا.',
];
const edges = [
  ' ',
  '  ',
  '\n',
  '\n\n\n',
  '\r\n',
  '\t\t',
  '    ',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\u3000',
  '\ufeff',
  '\u200b',
  '\u001c',
  '🦊',
  '👩🏽‍🚀',
  '🇩🇪🇫🇷',
  'e\u0301',
  'ﬁ',
  '𝔘𝔫𝔦𝔠𝔬𝔡𝔢',
  '½',
  '٣٤٥',
  'Ⅻ',
  '12345678',
  '3.14159e-10',
  "'s",
  "'S",
  "''ll",
  '’t',
  '<|endoftext|>',
  '<|endoftext',
  '--------',
  '=====>',
  '#!/bin/sh',
  'for (let i = 0; i < n; i++) {\n\treturn x?.y ?? "z";\n}',
  'def f(x):\n    return x ** 2  # square\n',
  '{"key": [1, 2, null]}',
  'https://example.org/a?b=c&d=%20e',
  'aaaaaaaaaaaaaaaaaaaaaaa',
  'abababababababab',
  '\u0000\u0001\u007f',
];

/** Well-formed texts, a function of the seed alone. */
export function testDocuments(seed: number, count: number): string[] {
  const random = Random.fromSeed(seed);
  const pick = (items: string[]) => items[random.below(items.length)]!;
  return Array.from({ length: count }, () => {
    let text = '';
    for (let parts = 1 + random.below(8); parts > 0; parts--) {
      text += random.below(3) === 0 ? pick(edges) : pick(sentences);
      text += random.below(4) === 0 ? pick(edges.slice(0, 10)) : ' ';
    }
    return text;
  });
}

export async function* stream(texts: string[]): AsyncIterable<string> {
  yield* texts;
}
