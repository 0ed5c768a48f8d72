/** GPT-2's published vocabulary: 50,256 byte strings by rank. It ships inside the tiktoken package. */
import { createRequire } from 'node:module';
import type { Vocabulary } from './tokenizer.js';

const require = createRequire(import.meta.url);

export function gpt2Vocabulary(): Vocabulary {
  const { bpe_ranks } = require('tiktoken/encoders/gpt2.json') as { bpe_ranks: string };
  const [, , ...ranks] = bpe_ranks.split(' ');
  return ranks.map((token) => Buffer.from(token, 'base64').toString('latin1'));
}
