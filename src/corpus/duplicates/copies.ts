/** Exact copies: a document's id is a digest of its text, so equal ids are equal texts. */
import { IdTable } from './id-table.js';

/**
 * Counts the copies of documents that pass by in order, in at most 32 bytes a distinct document.
 * @returns for each id in turn its copy number: how often it has passed before, 0 the first time
 */
export function copyCounter(): (id: string) => number {
  const ids = new IdTable();
  let passed = new Uint32Array(1 << 10);
  return (id) => {
    const number = ids.add(id);
    if (number === passed.length) {
      // By a quarter, so that what lies idle stays small against the 16 bytes of the id.
      const longer = new Uint32Array(Math.ceil(1.25 * passed.length));
      longer.set(passed);
      passed = longer;
    }
    return passed[number]!++;
  };
}
