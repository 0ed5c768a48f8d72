/**
 * Encodes an even choice of documents with a `tokenizer.json` of Assay, for `check-tokenizer.py`.
 *
 *   npx tsx scripts/encode-documents.ts TOKENIZER.json COUNT PATH... > documents.jsonl
 *
 * PATH is what a source may name: files, folders, globs. The documents taken are those with the lowest content hashes.
 */
import { resolve } from 'node:path';
import { readDocuments } from '../src/corpus/index.js';
import { openTokenizer } from '../src/tokens/index.js';

const [tokenizerFile, count, ...paths] = process.argv.slice(2);
if (tokenizerFile === undefined || paths.length === 0) {
  console.error('usage: encode-documents.ts TOKENIZER.json COUNT PATH...');
  process.exit(2);
}
const tokenizer = openTokenizer(tokenizerFile);
const texts = new Map<string, string>();
const source = { paths: paths.map((path) => resolve(path)), text: 'text' };
for await (const { id, text } of readDocuments('check', source, () => {})) texts.set(id, text);
const chosen = [...texts].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, Number(count));
for (const [, text] of chosen) console.log(JSON.stringify({ text, ids: [...tokenizer.encode(text)] }));
