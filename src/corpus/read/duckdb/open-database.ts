/** A DuckDB that can do one thing: read one file in little memory, and nothing else of the machine. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openDuckDb, sqlString } from '../../../store/index.js';

/** What DuckDB gives itself; the process is watched for what it does not count. */
export const memoryBytes = 512 * 2 ** 20;

/** For a file of this machine, or none. */
export async function openLocal(file?: string): Promise<DuckDBConnection> {
  return openDuckDb({ memoryBytes, files: file === undefined ? [] : [file] });
}

/** Thrown when the httpfs extension cannot be loaded. */
export class NoExtension extends Error {}

/**
 * For a remote file, or the objects below an address that ends with `/`.
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
  const option = file.endsWith('/') ? 'allowed_directories' : 'allowed_paths';
  await connection.run(`SET ${option} = [${sqlString(file)}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
  return connection;
}

/** S3 keys come from the variables that Amazon's own tools read; without them, access is anonymous. */
async function signIn(connection: DuckDBConnection): Promise<void> {
  const { env } = process;
  const options: Record<string, string | undefined> = {
    KEY_ID: env.AWS_ACCESS_KEY_ID,
    SECRET: env.AWS_SECRET_ACCESS_KEY,
    SESSION_TOKEN: env.AWS_SESSION_TOKEN,
    REGION: env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
    ...serverOf(env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL),
  };
  const given = Object.entries(options).filter(
    (option): option is [string, string] => option[1] !== undefined,
  );
  if (given.length === 0) return;
  const list = given.map(([name, value]) => `${name} ${sqlString(value)}`).join(', ');
  await connection.run(`CREATE SECRET store (TYPE s3, ${list})`);
}

/** A server other than Amazon's is addressed by path. */
function serverOf(address: string | undefined): Record<string, string> {
  if (address === undefined) return {};
  const { host, protocol } = new URL(address);
  return { ENDPOINT: host, USE_SSL: String(protocol === 'https:'), URL_STYLE: 'path' };
}
