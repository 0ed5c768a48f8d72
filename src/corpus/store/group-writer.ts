/** The files of one signal group in a store: `<group>-<hash>.parquet` for its columns, `.bin` for its bytes. */
import { existsSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ColumnWriter, publish, temporaryFor } from '../../store/index.js';
import type { SignalGroup } from '../signals/signal.js';
import type { MeasuredBatch } from './batch.js';
import { groupFile } from './groups.js';

/** Where the files of a group are, if the group has them. */
export function groupPaths(folder: string, group: SignalGroup): { columns?: string; bytes?: string } {
  const path = join(folder, groupFile(group));
  const stored = group.columns.some(({ derived }) => derived === undefined);
  return {
    ...(stored ? { columns: `${path}.parquet` } : {}),
    ...(group.binaryBytes === undefined ? {} : { bytes: `${path}.bin` }),
  };
}

export class GroupWriter {
  private readonly table: ColumnWriter | undefined;
  private readonly bytes: { path: string; temporary: string } | undefined;
  private file: FileHandle | undefined;

  constructor(folder: string, group: SignalGroup) {
    const { columns, bytes } = groupPaths(folder, group);
    const stored = group.columns.filter(({ derived }) => derived === undefined);
    if (columns !== undefined) this.table = new ColumnWriter(columns, stored);
    if (bytes !== undefined) this.bytes = { path: bytes, temporary: temporaryFor(bytes) };
  }

  /** Files are whole or absent, so their presence is enough. */
  static exists(folder: string, group: SignalGroup): boolean {
    return Object.values(groupPaths(folder, group)).every((path) => existsSync(path));
  }

  async add({ columns, bytes }: MeasuredBatch['groups'][number]): Promise<void> {
    await this.table?.add(columns);
    if (this.bytes === undefined) return;
    this.file ??= await open(this.bytes.temporary, 'w');
    await this.file.writeFile(bytes!);
  }

  async finish(): Promise<void> {
    await this.table?.finish();
    if (this.bytes === undefined) return;
    this.file ??= await open(this.bytes.temporary, 'w');
    await this.file.sync();
    await this.file.close();
    await publish(this.bytes.temporary, this.bytes.path);
  }

  async abandon(): Promise<void> {
    await this.table?.abandon();
    await this.file?.close();
    if (this.bytes !== undefined) await rm(this.bytes.temporary, { force: true });
  }
}
