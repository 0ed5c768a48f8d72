/** Values of the flags that the mixture commands take. */
import { InvalidArgumentError } from 'commander';
import { parseTokens } from '../schema/index.js';

export function nonNegativeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0)) throw new InvalidArgumentError('Expected a number of at least 0.');
  return value;
}

export function tokenAmount(text: string): number {
  const value = parseTokens(text);
  if (value === undefined) throw new InvalidArgumentError('Expected tokens such as 200k, 1.5M or 25B.');
  return value;
}

/** Gathers `name=share` pairs of a repeatable flag. */
export function shareOfDomain(text: string, pairs: Map<string, number>): Map<string, number> {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected domain=share, such as code=0.3.');
  return new Map([...pairs, [text.slice(0, at), nonNegativeNumber(text.slice(at + 1))]]);
}

/** Gathers `name=file` pairs of a repeatable flag. */
export function namedFile(text: string, pairs: Map<string, string>): Map<string, string> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new InvalidArgumentError('Expected name=file, such as DoReMi=doremi/proposal.json.');
  return new Map([...pairs, [text.slice(0, at), text.slice(at + 1)]]);
}
