/** The 500 real documents that other tools have measured too: rows of the demo's data files. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);

export interface RealDocument {
  name: string;
  row: number;
  /** Place in the fixtures' lists of its file. */
  index: number;
  text: string;
}

export const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, here), 'utf8'));

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Fails if a row is not the text that was measured, as after another version of a package. */
export function realDocuments(): RealDocument[] {
  const picked = fixture<Record<string, [row: number, hash: string][]>>('signals-documents');
  return Object.entries(picked).flatMap(([name, rows]) => {
    const lines = readFileSync(new URL(`../../../examples/demo/data/${name}.jsonl`, here), 'utf8').split(
      '\n',
    );
    return rows.map(([row, expected], index) => {
      const { text } = JSON.parse(lines[row]!) as { text: string };
      if (hash(text) !== expected)
        throw new Error(`examples/demo/data/${name}.jsonl, row ${row}: another text`);
      return { name, row, index, text };
    });
  });
}
