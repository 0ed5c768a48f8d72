/** A worker thread that measures batches of texts until it is told to end. */
import { parentPort, type TransferListItem } from 'node:worker_threads';
import { AssayError } from '../../errors.js';
import { measureBatch } from './batch.js';
import type { FromMeasureWorker, ToMeasureWorker } from './measure-pool.js';
import { OpenGroups } from './open-groups.js';

const port = parentPort!;
const groupsHere = new OpenGroups();

port.on('message', async ({ id, groups, texts }: ToMeasureWorker) => {
  let answer: FromMeasureWorker;
  const buffers: TransferListItem[] = [];
  try {
    const measured = measureBatch(texts, await groupsHere.open(groups));
    buffers.push(...measured.lengths.map(({ buffer }) => buffer as ArrayBuffer));
    answer = { id, measured };
  } catch (error) {
    answer = { id, error: describe(error) };
  }
  port.postMessage(answer, buffers);
});

function describe(error: unknown): Extract<FromMeasureWorker, { error: unknown }>['error'] {
  if (!(error instanceof AssayError)) return { message: (error as Error).stack ?? String(error) };
  const { subject, problem, details } = error;
  const { cause: _, ...plain } = details;
  return { message: error.message, assay: { subject, problem, details: plain } };
}
