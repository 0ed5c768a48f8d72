/** Writes `tokens.bin`: each document's tokens and end-of-text, little endian, in large flushed writes. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';

const bufferBytes = 4 << 20;

export class TokenWriter {
  /** Tokens written so far, end-of-text tokens included. */
  tokens = 0;
  private readonly hash = createHash('sha256');
  private readonly buffer = Buffer.alloc(bufferBytes);
  private filled = 0;

  private constructor(
    private readonly file: FileHandle,
    private readonly tokenBytes: 2 | 4,
    private readonly endOfText: number,
  ) {}

  static async create(path: string, tokenBytes: 2 | 4, endOfText: number): Promise<TokenWriter> {
    return new TokenWriter(await open(path, 'w'), tokenBytes, endOfText);
  }

  async addDocument(ids: Uint32Array): Promise<void> {
    for (const id of ids) {
      if (this.filled === bufferBytes) await this.write();
      this.put(id);
    }
    if (this.filled === bufferBytes) await this.write();
    this.put(this.endOfText);
    this.tokens += ids.length + 1;
  }

  /** Flushes to the disk. Returns the file's SHA-256. */
  async finish(): Promise<string> {
    await this.write();
    await this.file.sync();
    await this.close();
    return this.hash.digest('hex');
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private put(id: number): void {
    this.filled =
      this.tokenBytes === 2
        ? this.buffer.writeUInt16LE(id, this.filled)
        : this.buffer.writeUInt32LE(id, this.filled);
  }

  private async write(): Promise<void> {
    const part = this.buffer.subarray(0, this.filled);
    this.hash.update(part);
    for (let at = 0; at < part.length; )
      at += (await this.file.write(part, at, part.length - at)).bytesWritten;
    this.filled = 0;
  }
}
