/** The kinds of value that several options share, each with what an error says was expected. */
import { z } from 'zod';
import { tokensPattern } from './quantities.js';

export const says = (error: string) => ({ error });

const nameRule = says('a name of letters, digits, - and _ (at most 64, a letter or digit first)');
export const name = z.string(nameRule).regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, nameRule);

const above0 = says('a number above 0');
export const positive = z.number(above0).positive(above0);
const whole = says('a whole number of at least 1');
export const count = z.int(whole).positive(whole);
const from0 = says('a number of at least 0');
export const nonNegative = z.number(from0).nonnegative(from0);
export const switchRule = says('true or false');
export const shareRule = says('a share of tokens between 0 and 1, such as 0.3');
export const share = z.number(shareRule).min(0, shareRule).max(1, shareRule);

export const tokenRule = says('a number of tokens above 0, such as 200k, 1.5M, 2B or 1000000');
export const tokenCount = z.union(
  [z.int(tokenRule).positive(tokenRule), z.string().regex(tokensPattern, tokenRule)],
  tokenRule,
);
