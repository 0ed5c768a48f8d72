/** DuckDB in memory, shut off from everything that it was not given: other files, the network, extensions, the disk. */
import type { DuckDBConnection } from '@duckdb/node-api';

export interface DuckDbOptions {
  /** Files that queries may read. Default: none. */
  files?: readonly string[];
  /** Default: 1. */
  threads?: number;
  /** Most memory in bytes; a query that needs more fails, because nothing is written to disk. Default: 256 MiB. */
  memoryBytes?: number;
}

/**
 * Opens a database of its own; `closeSync` on the connection gives it back. Its settings cannot be changed by a query.
 * Rows come in the order of the files.
 */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<DuckDBConnection> {
  const { files = [], threads = 1, memoryBytes = 2 ** 28 } = options;
  // Loaded late: the library is 68 MB, and most commands do without it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${memoryBytes}B`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const list = files.map((file) => sqlString(file)).join(', ');
  if (files.length > 0) await connection.run(`SET allowed_paths = [${list}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return connection;
}

/** A text as SQL. */
export function sqlString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The name of a column or table as SQL. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
