/**
 * The child process that runs DuckDB over files that nobody vouches for: what crashes it, or makes it eat memory or
 * time, ends this process and no other. Its parent watches it.
 */
import { readFileSync, statSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type OpenTable, Refused, type Reply, type Request } from './messages.js';
import { NoExtension, openLocal, openRemote } from './open-database.js';
import { RowConditions } from './row-conditions.js';
import { TableScan } from './table-scan.js';

let connection: DuckDBConnection | undefined;
let scan: TableScan | undefined;
let conditions: RowConditions | undefined;

async function answer(request: Request): Promise<Reply> {
  switch (request.kind) {
    case 'open': {
      close();
      connection = await (request.remote
        ? openRemote(request.file, request.headers)
        : openLocal(request.file));
      const opened = await TableScan.open(connection, request, bytesReadOf(request));
      scan = opened.scan;
      return opened.reply;
    }
    case 'next':
      return scan!.next();
    case 'condition':
      close();
      connection = await openLocal();
      conditions = new RowConditions(connection, request.condition, request.untyped);
      return { kind: 'ready' };
    case 'evaluate':
      return { kind: 'values', values: await conditions!.evaluate(request.rows) };
    default:
      return request satisfies never;
  }
}

function close(): void {
  scan = undefined;
  conditions = undefined;
  connection?.closeSync();
  connection = undefined;
}

function problemOf(error: unknown): Reply {
  if (error instanceof Refused) return { kind: 'refused', problem: error.problem };
  const { message } = error as Error;
  if (error instanceof NoExtension) return { kind: 'refused', problem: { what: 'no extension', message } };
  const what = /^Out of Memory Error|Allocation failed|bad_alloc/.test(message) ? 'memory' : 'file';
  return { kind: 'refused', problem: { what, message } };
}

/** Bytes taken from the table's file since the last call: what Linux says this process read, else its size, once. */
function bytesReadOf({ file, remote }: OpenTable): () => number {
  let last = processReads() ?? 0;
  let size = remote ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  return () => {
    const now = processReads();
    if (now === undefined || remote) {
      const once = size;
      size = 0;
      return once;
    }
    const since = now - last;
    last = now;
    return since;
  };
}

function processReads(): number | undefined {
  try {
    return Number(/^rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))![1]);
  } catch {
    return undefined;
  }
}

process.on('message', (request: Request) => {
  answer(request)
    .catch(problemOf)
    .then((reply) => process.send!(reply, () => {}));
});
process.on('disconnect', () => process.exit());
