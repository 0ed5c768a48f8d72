/**
 * Records of a comma-separated byte stream (RFC 4180), in memory bounded by the longest record allowed.
 *
 * A quote opens a quoted field only at the field's beginning; inside, a doubled quote is one quote, and line breaks
 * are text. Elsewhere a quote is an ordinary character, as in `5" pipe`.
 */

const quote = 0x22;
const newline = 0x0a;

/** `bytes` without the line break; undefined when the record was longer than the limit. */
export interface CsvRecord {
  bytes: Buffer | undefined;
  /** False when the file ends inside a quoted field. */
  closed: boolean;
}

export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  delimiter: number,
  maximumBytes: number,
): AsyncIterable<CsvRecord> {
  let parts: Buffer[] = [];
  let length = 0;
  let quoted = false;
  /** The byte before the next one to look at; a record begins like a field after a delimiter. */
  let previous = delimiter;
  /** Whether `previous` is the quote that closed a field: another one right after it is a doubled quote. */
  let justClosed = false;
  const add = (part: Buffer) => {
    length += part.length;
    if (length > maximumBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): CsvRecord => {
    const bytes = length > maximumBytes ? undefined : Buffer.concat(parts, length);
    const record = { bytes, closed: !quoted };
    [parts, length, quoted, previous, justClosed] = [[], 0, false, delimiter, false];
    return record;
  };

  for await (const chunk of chunks) {
    let start = 0;
    let at = 0;
    let nextQuote = chunk.indexOf(quote);
    let nextNewline = chunk.indexOf(newline);
    while (at < chunk.length) {
      if (nextQuote >= 0 && nextQuote < at) nextQuote = chunk.indexOf(quote, at);
      if (nextNewline >= 0 && nextNewline < at) nextNewline = chunk.indexOf(newline, at);
      const atQuote: boolean = nextQuote >= 0 && (quoted || nextNewline < 0 || nextQuote < nextNewline);
      const stop: number = atQuote ? nextQuote : quoted ? -1 : nextNewline;
      if (stop < 0) break;
      const before: number = stop > at ? chunk[stop - 1]! : previous;
      if (!atQuote) {
        add(chunk.subarray(start, stop));
        yield take();
        start = stop + 1;
      } else {
        const doubled: boolean = justClosed && stop === at;
        justClosed = quoted;
        quoted = quoted ? false : doubled || before === delimiter;
        previous = quote;
      }
      at = stop + 1;
    }
    if (at < chunk.length) [previous, justClosed] = [chunk[chunk.length - 1]!, false];
    add(chunk.subarray(start));
  }
  if (length > 0) yield take();
}

/** The fields of one record, with the line break's `\r` and the quotes taken off. */
export function csvFields(record: string, delimiter: string): string[] {
  const line = record.endsWith('\r') ? record.slice(0, -1) : record;
  if (!line.includes('"')) return line.split(delimiter);
  const fields: string[] = [];
  for (let at = 0; at <= line.length; ) {
    let field = '';
    if (line[at] === '"') {
      const parts: string[] = [];
      let start = at + 1;
      for (;;) {
        const end = line.indexOf('"', start);
        parts.push(line.slice(start, end < 0 ? undefined : end));
        at = end < 0 ? line.length : end + 1;
        if (line[at] !== '"') break;
        start = at + 1;
      }
      field = parts.join('"');
    }
    const end = line.indexOf(delimiter, at);
    fields.push(field + line.slice(at, end < 0 ? undefined : end));
    at = end < 0 ? line.length + 1 : end + 1;
  }
  return fields;
}
