/**
 * Lines of a byte stream, in memory bounded by the longest line allowed.
 *
 * Node's `readline` keeps a whole line as a string and dies at 512 MiB; here a line over the limit is dropped while
 * it streams by, and reported.
 */

const newline = 10;

/** `bytes` without the line break; undefined when the line was longer than the limit. */
export interface Line {
  number: number;
  bytes: Buffer | undefined;
}

export async function* lines(chunks: AsyncIterable<Buffer>, maximumBytes: number): AsyncIterable<Line> {
  let number = 1;
  let parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    length += part.length;
    if (length > maximumBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): Line => {
    const bytes =
      length > maximumBytes ? undefined : parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
    parts = [];
    length = 0;
    return { number: number++, bytes };
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield take();
}
