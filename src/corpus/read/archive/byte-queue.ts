/** A stream of chunks read by counts of bytes. */

export class ByteQueue {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next `count` bytes, or undefined when the stream ends before them. */
  async take(count: number): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    for (let missing = count; ; ) {
      const part = this.held.subarray(0, missing);
      this.held = this.held.subarray(part.length);
      missing -= part.length;
      if (missing === 0) return parts.length === 0 ? part : Buffer.concat([...parts, part], count);
      parts.push(part);
      const next = await this.chunks.next();
      if (next.done) return undefined;
      this.held = next.value;
    }
  }

  /** Skips bytes without holding them. False when the stream ends before. */
  async skip(count: number): Promise<boolean> {
    for (let missing = count; ; ) {
      const here = Math.min(missing, this.held.length);
      this.held = this.held.subarray(here);
      missing -= here;
      if (missing === 0) return true;
      const next = await this.chunks.next();
      if (next.done) return false;
      this.held = next.value;
    }
  }

  async atEnd(): Promise<boolean> {
    while (this.held.length === 0) {
      const next = await this.chunks.next();
      if (next.done) return true;
      this.held = next.value;
    }
    return false;
  }

  /** Lets the stream close what it holds. */
  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}
