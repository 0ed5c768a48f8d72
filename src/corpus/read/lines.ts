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

/** @param skipEmpty passes over empty lines, which are counted: gigabytes of them come out of a small archive */
export async function* lines(
  chunks: AsyncIterable<Buffer>,
  maximumBytes: number,
  skipEmpty = false,
): AsyncIterable<Line> {
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
    for (;;) {
      if (skipEmpty && length === 0) {
        for (; chunk[start] === newline; start++) number++;
      }
      const end = chunk.indexOf(newline, start);
      if (end < 0) break;
      add(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield take();
}
