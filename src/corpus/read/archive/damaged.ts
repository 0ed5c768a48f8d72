/** An archive that does not hold what it should: no row after this place can be read. */
import { AssayError } from '../../../errors.js';

export function damagedArchive(
  name: string,
  kind: 'gzip' | 'zstd',
  got: string,
  cause?: unknown,
): AssayError {
  return new AssayError(name, `corrupt or truncated ${kind} archive`, {
    got,
    fix: 'Fetch or write the file again.',
    cause,
  });
}
