/** The strict answer to a row that cannot be read. The lenient one counts it; both are callbacks of the reader. */
import { AssayError } from '../../errors.js';
import type { MalformedRow } from '../../records.js';

/** @throws AssayError always, naming the file and line */
export function failOnMalformed(row: MalformedRow): never {
  throw new AssayError(row.origin, row.reason, {
    fix: 'Correct the row, or skip and count such rows with `run: { onMalformed: skip }`.',
  });
}

/** The kind of a reason, for counting: what stands before its first comma. */
export function malformedKind(row: MalformedRow): string {
  return row.reason.split(',', 1)[0]!;
}
