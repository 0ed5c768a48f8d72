/** One idle child is kept for the next file: to start one takes longer than to read a small file. */
import { DuckDbProcess } from './duckdb-process.js';

let idle: DuckDbProcess | undefined;

/** Runs work with a child of its own. A child that died, or was left in the middle of a request, is not used again. */
export async function* withDuckDb<T>(work: (duckdb: DuckDbProcess) => AsyncIterable<T>): AsyncIterable<T> {
  const duckdb = idle?.alive ? idle : new DuckDbProcess();
  idle = undefined;
  try {
    yield* work(duckdb);
  } finally {
    if (idle === undefined && duckdb.alive && !duckdb.busy) idle = duckdb;
    else duckdb.kill();
  }
}
