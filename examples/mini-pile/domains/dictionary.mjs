/** Dictionary: the entries of the GNU Collaborative International Dictionary of English, a document an entry. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tidy } from '../lib/files.mjs';

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const number = (text) => [...text].reduce((sum, digit) => sum * 64 + digits.indexOf(digit), 0);

/** Places of entries in the text of a dictionary: its index names headword, offset and length, in base 64. */
export function entriesOf(index) {
  const entries = new Map();
  for (const line of index.split('\n')) {
    const [headword, ...place] = line.split('\t');
    if (place.length < 2 || headword.startsWith('00-')) continue;
    const [offset, length] = place.slice(-2).map(number);
    // Inflected forms are headwords too, at the place of their base form, which comes first.
    if (!entries.has(offset)) entries.set(offset, { headword, offset, length });
  }
  return [...entries.values()].sort((a, b) => a.offset - b.offset);
}

/** An entry without the marks of who wrote a paragraph and without the margin. */
export function cleanEntry(text) {
  return tidy(
    text
      .replace(
        /^ *\[(1913 Webster|PJC|WordNet 1\.5|Webster 1913 Suppl\.|Century Dict\. 1906|[^\]\n]*\+?PJC)\]$/gm,
        '',
      )
      .replace(/^ {3}/gm, ''),
  );
}

export const dictionary = {
  name: 'dictionary',
  packages: ['dict-gcide'],
  *documents(packages) {
    const [[name, { folder }]] = packages;
    const file = (ending) => join(folder, `usr/share/dictd/gcide.${ending}`);
    const content = gunzipSync(readFileSync(file('dict.dz')));
    for (const { headword, offset, length } of entriesOf(readFileSync(file('index'), 'utf8'))) {
      const text = cleanEntry(content.toString('utf8', offset, offset + length));
      yield { text, origin: `${name}:gcide#${headword}`, package: name, kind: 'entry' };
    }
  },
};
