/** `tokens.parquet` of a token store: how many tokens each document has, and where the first one lies. */
import { join } from 'node:path';
import { ColumnWriter } from '../store/index.js';

const documentsPerBatch = 1000;

export class TokenTable {
  documents = 0;
  private readonly writer: ColumnWriter;
  private tokens: number[] = [];
  private offsets: number[] = [];

  constructor(folder: string) {
    this.writer = new ColumnWriter(join(folder, 'tokens.parquet'), [
      { name: 'tokens', type: 'BIGINT' },
      { name: 'offset', type: 'BIGINT' },
    ]);
  }

  /** @returns whether a batch of 1,000 documents is full and has been handed on */
  async add(tokens: number, offset: number): Promise<boolean> {
    this.tokens.push(tokens);
    this.offsets.push(offset);
    if (++this.documents % documentsPerBatch !== 0) return false;
    await this.flush();
    return true;
  }

  async finish(): Promise<void> {
    await this.flush();
    await this.writer.finish();
  }

  private async flush(): Promise<void> {
    if (this.tokens.length === 0) return;
    await this.writer.add([Float64Array.from(this.tokens), Float64Array.from(this.offsets)]);
    this.tokens = [];
    this.offsets = [];
  }
}
