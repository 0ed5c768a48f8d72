/** Sources are read once: what recipes ask for later is answered by what was measured. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { sourceBytesRead } from '../../src/corpus/index.js';
import { loadStudy } from '../../src/load-study.js';
import { prepareData, type StudyData } from '../../src/study.js';
import { workspace } from '../corpus/workspace.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));
const work = workspace();

const study = (most: number, signals = '') => `
study: once
tokenizer: bytes
sources: { mail: { path: mail.jsonl } }
recipes:
  all: { mail: 1 }
  few: { mail: { weight: 1, where: "dup_line_chars <= ${most} AND words >= 20" } }
validate: { mail: { holdout: 5 %, of: mail } }
${signals}
proxy: { model: { layers: 1, width: 32, heads: 2 }, learningRate: 1e-3, tokens: 50k, batch: 8, context: 64, seeds: 2 }
run: { workers: 1 }
`;

async function prepare(text: string): Promise<{ data: StudyData; bytes: number }> {
  writeFileSync(work.path('study.yaml'), text);
  const before = sourceBytesRead();
  const data = await prepareData(await loadStudy(work.path('study.yaml')));
  return { data, bytes: sourceBytesRead() - before };
}

describe('a study on real mail', () => {
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 1500);
  let first: Awaited<ReturnType<typeof prepare>>;

  beforeAll(async () => {
    // Rows that are no documents, and copies, so that every reason for a drop occurs.
    const broken = ['{oops', '{"body":"x"}', JSON.stringify({ text: '' })];
    work.write('mail.jsonl', [...rows, ...broken, ...rows.slice(0, 40)].join('\n'));
    first = await prepare(study(0.2));
  });

  test('reads its source when it is new', () => {
    expect(first.bytes).toBeGreaterThan(readFileSync(work.path('mail.jsonl')).length);
  });

  test('reads not one byte of text when a threshold changes, and drops other documents', async () => {
    const { data, bytes } = await prepare(study(0.05));
    expect(bytes).toBe(0);
    const [before, after] = [first.data, data].map(({ selections }) => selections.few!.mail!.documents);
    expect(after).toBeLessThan(before!);
  });

  test('accounts for every row: documents and malformed rows, kept and dropped by reason', () => {
    const { corpus } = first.data.sources.mail!;
    expect(corpus.malformedReasons).toEqual({ 'not JSON': 1, 'no field "text"': 1, 'empty text': 1 });
    expect(corpus.documents + corpus.malformed).toBe(rows.length + 3 + 40);
    for (const { mail } of Object.values(first.data.selections)) {
      const dropped = mail!.dropped.reduce((sum, { documents }) => sum + documents, 0);
      expect(mail!.documents + dropped).toBe(corpus.documents);
      expect(mail!.kept.reduce((sum, kept) => sum + kept, 0)).toBe(mail!.documents);
    }
    const reasons = first.data.selections.few!.mail!.dropped.map(({ reason }) => reason);
    expect(reasons).toContain('held out');
    expect(reasons).toContain('dup_line_chars <= 0.2');
    expect(reasons).toContain('words >= 20');
  });

  test('adds a file for a signal that is asked for later, and writes no other anew', async () => {
    const { folder } = first.data.sources.mail!.corpus;
    const before = readFileSync(join(folder, 'documents.parquet'));
    const { data, bytes } = await prepare(study(0.2, 'signals: { language: true }'));
    expect(bytes).toBeGreaterThan(0);
    expect(data.sources.mail!.corpus.folder).toBe(folder);
    expect(readFileSync(join(folder, 'documents.parquet'))).toEqual(before);
    expect(data.selections.few!.mail!.documents).toBe(first.data.selections.few!.mail!.documents);
    expect((await prepare(study(0.2, 'signals: { language: true }'))).bytes).toBe(0);
  });
});
