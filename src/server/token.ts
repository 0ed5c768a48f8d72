/** The token of a server: made once, readable by its owner only, compared in constant time. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { AssayError, ExitCode } from '../errors.js';
import { explainSystemError, readingSync } from '../store/index.js';

const leastCharacters = 16;

/**
 * The token in a file; where there is no file, one of 256 random bits is made, with permissions 0600.
 *
 * @throws AssayError (exit code system) for a file that others may read, and a token that is too short or not ASCII
 */
export function tokenIn(file: string): string {
  // A secret is the one thing here that must not come from a seed.
  const made = randomBytes(32).toString('base64url');
  try {
    writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
    return made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw explainSystemError(error, file, 'cannot be written');
  }
  const readable = readingSync(file, () => statSync(file)).mode & 0o077;
  if (readable !== 0)
    throw new AssayError(file, 'others may read this token', {
      expected: 'permissions 0600',
      fix: `Run \`chmod 600 ${file}\`, or name a file that does not exist yet.`,
      exitCode: ExitCode.system,
    });
  const token = readingSync(file, () => readFileSync(file, 'latin1')).trim();
  if (token.length < leastCharacters || !/^[\x21-\x7e]+$/.test(token))
    throw new AssayError(file, 'not a token', {
      expected: `at least ${leastCharacters} printable ASCII characters`,
      exitCode: ExitCode.system,
    });
  return token;
}

/**
 * Whether an `Authorization` header carries the token. Digests are compared, so that neither a common beginning nor the
 * length of the token can be measured.
 */
export function bearerCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ''), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'latin1').digest();
}
