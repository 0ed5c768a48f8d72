/** A study with a tiny rate on two sources of made-up text, words and sums, that takes seconds. */
import { Random } from '../../src/random.js';

const study = (more: string): string => `
study: small
tokenizer: bytes
sources: { words: { path: words.jsonl }, sums: { path: sums.jsonl } }
recipes: { natural: natural, words: { words: 1 }, sums: { sums: 1 } }
validate: { words: { holdout: 10 %, of: words }, sums: { holdout: 10 %, of: sums } }
proxy: { model: { layers: 1, width: 16, heads: 2 }, learningRate: tiny, tokens: 20k, batch: 4, context: 32, seeds: 1 }
run: { output: results, threads: 1 }
${more}`;

const lines = (kind: string): string => {
  const random = Random.fromSeed(kind);
  const names = ['river', 'stone', 'boat', 'bridge', 'old', 'sings'];
  const line = (): string => {
    const [a, b] = [random.below(90), random.below(90)];
    return kind === 'sums' ? `${a} + ${b} = ${a + b}` : `${names[a % 6]} ${names[b % 6]} and the`;
  };
  const text = (): string => Array.from({ length: 12 }, line).join('\n');
  return Array.from({ length: 150 }, () => JSON.stringify({ text: text() })).join('\n');
};

/** Its files. @param more lines at the end of the study */
export const rateStudy = (more = ''): Record<string, string> => ({
  'study.yaml': study(more),
  'words.jsonl': lines('words'),
  'sums.jsonl': lines('sums'),
});
