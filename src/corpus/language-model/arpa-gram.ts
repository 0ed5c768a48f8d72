/** One n-gram line of an ARPA file: log10 probability, the words, and perhaps a log10 back-off weight. */
import type { ArpaLines } from './arpa-lines.js';

export interface ArpaGram {
  words: string[];
  log10: number;
  backoff: number;
}

/** @throws AssayError naming the line */
export function readGram(lines: ArpaLines, n: number): ArpaGram {
  const line = lines.readFilled();
  if (line === undefined || line.startsWith('\\')) {
    throw lines.error(`fewer ${n}-grams than the counts claim`, { got: line ?? 'the end of the file' });
  }
  const fields = line.replace(/\r$/, '').split(/[ \t]+/);
  if (fields.length !== n + 1 && fields.length !== n + 2) {
    throw lines.error(`not a line of ${n}-grams`, {
      expected: `a log10 probability, ${n} words and perhaps a back-off weight`,
      got: line,
    });
  }
  const log10 = numberOf(fields[0]!);
  const backoff = fields.length === n + 2 ? numberOf(fields[n + 1]!) : 0;
  if (!(log10 <= 0))
    throw lines.error('not a log10 probability', { expected: 'a number up to 0', got: fields[0]! });
  if (Number.isNaN(backoff))
    throw lines.error('not a back-off weight', { expected: 'a number', got: fields[n + 1]! });
  return { words: fields.slice(1, n + 1), log10, backoff };
}

/** NaN for what is not a finite decimal number. */
function numberOf(field: string): number {
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(field) ? finiteFloat(Number(field)) : Number.NaN;
}

function finiteFloat(value: number): number {
  return Number.isFinite(Math.fround(value)) ? value : Number.NaN;
}
