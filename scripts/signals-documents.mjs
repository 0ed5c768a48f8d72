/**
 * Picks the 500 real documents on which the repetition and quality signals are compared with other tools:
 * `node scripts/signals-documents.mjs`, after `node examples/demo/prepare.mjs`.
 *
 * Writes tests/corpus/fixtures/signals-documents.json: per file of examples/demo/data, [row, first 8 hex digits of the
 * SHA-256 of the text]. The oracles (scripts/signals-*.py) read the same rows.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const counts = { speeches: 30, ham: 180, spam: 120, licences: 120, dictionary: 50 };
const picked = {};
for (const [name, count] of Object.entries(counts)) {
  const rows = readFileSync(new URL(`../examples/demo/data/${name}.jsonl`, import.meta.url), 'utf8').split(
    '\n',
  );
  const step = Math.floor((rows.length - 1) / count);
  picked[name] = Array.from({ length: count }, (_, i) => {
    const { text } = JSON.parse(rows[i * step]);
    return [i * step, createHash('sha256').update(text).digest('hex').slice(0, 8)];
  });
}
const target = new URL('../tests/corpus/fixtures/signals-documents.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(picked)}\n`);
