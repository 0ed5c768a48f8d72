/** The losses of documents that a trainer left which is another program: checked against the evaluation, and as `documents.parquet`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import type { DocumentLosses, Evaluation } from '../../records.js';
import { readingSync } from '../../store/index.js';
import { readDocumentLosses, writeDocumentLosses } from '../documents.js';
import { runFiles } from '../folder.js';
import { documentLineShape, misfit } from '../protocol.js';

/**
 * Reads `documents.jsonl` and writes it as `documents.parquet`; without it, checks the `documents.parquet` that is there.
 * @returns losses by domain
 * @throws AssayError when there is neither, or a document of the evaluation is missing, doubled or out of order
 */
export async function acceptDocuments(
  folder: string,
  evaluation: Evaluation,
): Promise<Record<string, DocumentLosses>> {
  const parquet = join(folder, runFiles.documents);
  if (existsSync(join(folder, runFiles.documentLines))) {
    const losses = readLines(folder, evaluation);
    await writeDocumentLosses(parquet, losses);
    return losses;
  }
  if (!existsSync(parquet)) {
    const expected = `${runFiles.documentLines} or ${runFiles.documents}`;
    throw new AssayError('losses of documents', 'missing', { expected });
  }
  const losses = await readDocumentLosses(parquet);
  for (const domain of evaluation.domains) {
    const found = losses[domain.name];
    const rows = domain.documents.map(({ id, tokens, bytes }) => `${id} ${tokens} ${bytes}`);
    const got = found?.ids.map((id, i) => `${id} ${found.tokens[i]} ${found.bytes[i]}`) ?? [];
    const at = rows.findIndex((row, i) => row !== got[i]);
    if (at < 0 && got.length === rows.length && Object.keys(losses).length === evaluation.domains.length)
      continue;
    throw new AssayError(runFiles.documents, `not the documents of domain "${domain.name}" in their order`, {
      expected: rows[at] ?? `${rows.length} documents`,
      got: got[at] ?? `${got.length} documents`,
    });
  }
  return losses;
}

function readLines(folder: string, evaluation: Evaluation): Record<string, DocumentLosses> {
  const path = join(folder, runFiles.documentLines);
  const lines = readingSync(path, () => readFileSync(path, 'utf8')).split('\n');
  if (lines.at(-1) === '') lines.pop();
  let at = 0;
  const losses: Record<string, DocumentLosses> = {};
  for (const { name, documents } of evaluation.domains) {
    const first = at;
    at += documents.length;
    losses[name] = {
      ids: documents.map(({ id }) => id),
      lossSumNats: Float64Array.from(documents, ({ id }, i) => readLine(lines, first + i, name, id)),
      tokens: Float64Array.from(documents, ({ tokens }) => tokens),
      bytes: Float64Array.from(documents, ({ bytes }) => bytes),
    };
  }
  if (at === lines.length) return losses;
  throw new AssayError(`${runFiles.documentLines}:${at + 1}`, 'a line too many', { expected: `${at} lines` });
}

/** @returns the document's loss */
function readLine(lines: readonly string[], index: number, domain: string, id: string): number {
  const text = lines[index];
  const where = `${runFiles.documentLines}:${index + 1}`;
  const expected = `document ${id} of "${domain}"`;
  if (text === undefined) throw new AssayError(where, 'ends early', { expected });
  let value: { domain: string; id: string; lossSumNats: number };
  try {
    value = JSON.parse(text);
  } catch {
    throw new AssayError(where, 'not valid JSON');
  }
  const broken = misfit(documentLineShape, value);
  if (broken !== undefined) {
    const { problem, ...words } = broken;
    throw new AssayError(where, problem, words);
  }
  if (value.domain === domain && value.id === id) return value.lossSumNats;
  throw new AssayError(where, 'not the next document', {
    expected,
    got: `document ${value.id} of "${value.domain}"`,
  });
}
