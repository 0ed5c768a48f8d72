/** A DuckDB that can do one thing: read one file in little memory, and nothing else of the machine. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openDuckDb, sqlString } from '../../../store/index.js';
import { s3Access } from '../remote/sign-s3.js';

/** What DuckDB gives itself; the process is watched for what it does not count. */
export const memoryBytes = 512 * 2 ** 20;

/** For a file of this machine, or none. */
export async function openLocal(file?: string): Promise<DuckDBConnection> {
  return openDuckDb({ memoryBytes, files: file === undefined ? [] : [file] });
}

/** Thrown when the httpfs extension cannot be loaded. */
export class NoExtension extends Error {}

/**
 * For a remote file.
 * @param headers sent with every request over HTTP
 * @throws NoExtension
 */
export async function openRemote(
  file: string,
  headers: Record<string, string> = {},
): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryBytes}B`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    await connection.run('LOAD httpfs');
  } catch (error) {
    throw new NoExtension((error as Error).message);
  }
  const entries = Object.entries(headers).map(([name, value]) => `${sqlString(name)}: ${sqlString(value)}`);
  if (entries.length > 0)
    await connection.run(`CREATE SECRET sent (TYPE http, EXTRA_HTTP_HEADERS MAP {${entries.join(', ')}})`);
  await signIn(connection);
  await connection.run(`SET allowed_paths = [${sqlString(file)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return connection;
}

/** DuckDB signs in as Assay does. */
async function signIn(connection: DuckDBConnection): Promise<void> {
  const { keys, region, endpoint } = s3Access();
  const server = endpoint === undefined ? undefined : new URL(endpoint);
  const options: Record<string, string | undefined> = {
    KEY_ID: keys?.id,
    SECRET: keys?.secret,
    SESSION_TOKEN: keys?.sessionToken,
    REGION: region,
    ENDPOINT: server?.host,
    USE_SSL: server && String(server.protocol === 'https:'),
    URL_STYLE: server && 'path',
  };
  const given = Object.entries(options).filter(
    (option): option is [string, string] => option[1] !== undefined,
  );
  const list = given.map(([name, value]) => `${name} ${sqlString(value)}`).join(', ');
  await connection.run(`CREATE SECRET store (TYPE s3, ${list})`);
}
