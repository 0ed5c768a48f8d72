/** `documents.parquet`: the final loss of every validation document, one row each, in the order of the evaluation. */
import { existsSync } from 'node:fs';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { AssayError } from '../errors.js';
import type { DocumentLosses } from '../records.js';
import { writeFileDurably } from '../store/index.js';

/** Columns: domain, id, lossSumNats (float64 sum over the document's tokens), tokens, bytes. */
export async function writeDocumentLosses(
  path: string,
  domains: Record<string, DocumentLosses>,
): Promise<void> {
  const rows = Object.entries(domains);
  const numbers = (values: (losses: DocumentLosses) => Float64Array) =>
    rows.flatMap(([, losses]) => [...values(losses)]);
  const buffer = parquetWriteBuffer({
    columnData: [
      {
        name: 'domain',
        data: rows.flatMap(([domain, { ids }]) => ids.map(() => domain)),
        type: 'STRING',
        nullable: false,
      },
      { name: 'id', data: rows.flatMap(([, { ids }]) => ids), type: 'STRING', nullable: false },
      { name: 'lossSumNats', data: numbers((l) => l.lossSumNats), type: 'DOUBLE', nullable: false },
      { name: 'tokens', data: numbers((l) => l.tokens), type: 'INT32', nullable: false },
      { name: 'bytes', data: numbers((l) => l.bytes), type: 'INT32', nullable: false },
    ],
  });
  await writeFileDurably(path, new Uint8Array(buffer));
}

/** @throws AssayError when the file is missing or not what `writeDocumentLosses` writes */
export async function readDocumentLosses(path: string): Promise<Record<string, DocumentLosses>> {
  if (!existsSync(path)) throw broken(path, 'missing');
  let rows: Record<string, unknown>[];
  try {
    rows = await parquetReadObjects({ file: await asyncBufferFromFile(path) });
  } catch (cause) {
    throw broken(path, 'not a Parquet file', cause);
  }
  const byDomain = new Map<string, { id: string; numbers: [number, number, number] }[]>();
  for (const { domain, id, lossSumNats, tokens, bytes } of rows) {
    const numbers = [lossSumNats, tokens, bytes].map(Number) as [number, number, number];
    if (typeof domain !== 'string' || typeof id !== 'string' || !numbers.every(Number.isFinite)) {
      throw broken(path, 'not a table of document losses');
    }
    const list = byDomain.get(domain);
    if (list === undefined) byDomain.set(domain, [{ id, numbers }]);
    else list.push({ id, numbers });
  }
  return Object.fromEntries(
    [...byDomain].map(([domain, list]) => [
      domain,
      {
        ids: list.map(({ id }) => id),
        lossSumNats: Float64Array.from(list, ({ numbers }) => numbers[0]),
        tokens: Float64Array.from(list, ({ numbers }) => numbers[1]),
        bytes: Float64Array.from(list, ({ numbers }) => numbers[2]),
      },
    ]),
  );
}

function broken(path: string, problem: string, cause?: unknown): AssayError {
  return new AssayError(path, problem, {
    fix: "Delete the run's folder and run the same command again.",
    cause,
  });
}
