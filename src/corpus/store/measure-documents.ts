/** One pass over the documents of a source: read here, measured in worker threads, handed on in reading order. */
import type { Document } from '../../records.js';
import type { MeasuredBatch } from './batch.js';
import type { GroupSpec } from './groups.js';
import type { MeasurePool } from './measure-pool.js';

/** A batch ends at so many characters or documents: enough work to be worth a message, little to hold in memory. */
const batchCharacters = 1 << 18;
const batchDocuments = 1024;

/** What a later step needs of a document once its text is measured. */
export type DocumentHead = Omit<Document, 'text' | 'source'>;

export async function measureDocuments(
  documents: AsyncIterable<Document>,
  groups: GroupSpec[],
  pool: MeasurePool,
  store: (heads: DocumentHead[], measured: MeasuredBatch) => Promise<void>,
): Promise<void> {
  const underWay: { heads: DocumentHead[]; measured: Promise<MeasuredBatch> }[] = [];
  const storeOldest = async () => {
    const { heads, measured } = underWay.shift()!;
    await store(heads, await measured);
  };
  let heads: DocumentHead[] = [];
  let texts: string[] = [];
  let characters = 0;
  const send = async () => {
    if (texts.length === 0) return;
    const measured = pool.measure(groups, texts);
    // A batch that fails while another is awaited is reported when its turn comes.
    measured.catch(() => {});
    underWay.push({ heads, measured });
    heads = [];
    texts = [];
    characters = 0;
    if (underWay.length > pool.depth) await storeOldest();
  };
  for await (const { text, source: _, ...head } of documents) {
    heads.push(head);
    texts.push(text);
    characters += text.length;
    if (characters >= batchCharacters || texts.length === batchDocuments) await send();
  }
  await send();
  while (underWay.length > 0) await storeOldest();
}
