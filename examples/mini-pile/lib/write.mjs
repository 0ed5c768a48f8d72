/** One domain from its documents to `<domain>.jsonl.zst`: staged on disk, capped, compressed, renamed when whole. */

import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { chooseEvenly, rankOf } from './choose.mjs';

/** Shorter texts are headings and stubs. */
const minimumCharacters = 40;
/** Longer ones are mostly tables that a program wrote; one of them would be an eightieth of a domain. */
const maximumBytes = 250_000;

/**
 * @param documents iterable of { text, origin, package, kind }
 * @param folder a folder for files in between
 * @returns {{ file, found, short, long, documents, bytes }} the file and what went into it, bytes of text in UTF-8
 */
export async function writeDomain(documents, capBytes, folder) {
  const staged = join(folder, 'staged.jsonl');
  const sizes = [];
  let short = 0;
  let long = 0;
  async function* rows() {
    for (const { text, origin, package: name, kind } of documents) {
      const bytes = Buffer.byteLength(text);
      if (text.trim().length < minimumCharacters) short++;
      else if (bytes > maximumBytes) long++;
      else {
        sizes.push({ rank: rankOf(text), bytes });
        yield `${JSON.stringify({ text, origin, package: name, kind })}\n`;
      }
    }
  }
  await pipeline(rows, createWriteStream(staged));

  const kept = chooseEvenly(sizes, capBytes);
  const chosen = join(folder, 'chosen.jsonl');
  await pipeline(async function* () {
    let row = 0;
    for await (const line of createInterface({ input: createReadStream(staged) }))
      if (kept[row++]) yield `${line}\n`;
  }, createWriteStream(chosen));

  const file = join(folder, 'whole.jsonl.zst');
  await compress(chosen, file);
  const bytes = sizes.reduce((sum, size, i) => sum + (kept[i] ? size.bytes : 0), 0);
  const found = sizes.length + short + long;
  return { file, found, short, long, documents: kept.filter(Boolean).length, bytes };
}

/** JSON Lines to the same rows under zstd, which Node 20 cannot write. */
async function compress(from, to) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' });
  const connection = await instance.connect();
  const quoted = (path) => `'${path.replaceAll("'", "''")}'`;
  await connection.run(
    `COPY (SELECT * FROM read_json(${quoted(from)}, format = 'newline_delimited', columns = {
       text: 'VARCHAR', origin: 'VARCHAR', package: 'VARCHAR', kind: 'VARCHAR' }))
     TO ${quoted(to)} (FORMAT json, COMPRESSION zstd)`,
  );
  connection.closeSync();
  instance.closeSync();
}
