/** The flag that says how text becomes words. */
import { Option } from 'commander';

export function wordsOption(): Option {
  return new Option(
    '--words <form>',
    'how text becomes words: normalised (lower case, digits as 0, no accents, punctuation split off) or raw (what ' +
      'stands between spaces); an ARPA file does not say it (default: normalised)',
  ).choices(['normalised', 'raw']);
}
