/** Sources for clustering: texts in, ids and a signature file out; and real passages to plant duplicates in. */
import { readFileSync } from 'node:fs';
import { documentId } from '../../../src/corpus/document-id.js';
import { type DuplicateSource, minhashGroup } from '../../../src/corpus/duplicates/index.js';
import { DocumentText } from '../../../src/corpus/signals/document-text.js';
import type { Workspace } from '../workspace.js';

/** Measures the texts with the group that a study uses, and lays its bytes down as the store does. */
export async function duplicateSource(
  place: Workspace,
  name: string,
  texts: string[],
): Promise<DuplicateSource> {
  const measure = await minhashGroup().open();
  const signatures = Buffer.concat(texts.map((text) => measure(new DocumentText(text)).bytes!));
  return {
    name,
    documents: texts.length,
    ids: texts.map(documentId),
    signatures: place.write(`${name}/minhash.bin`, signatures),
  };
}

type DemoSource = 'speeches' | 'licences' | 'dictionary' | 'ham';

/** A source of the demo, which `npm test` prepares. */
export function demoFile(name: DemoSource): URL {
  return new URL(`../../../examples/demo/data/${name}.jsonl`, import.meta.url);
}

export function demoTexts(name: DemoSource): string[] {
  const lines = readFileSync(demoFile(name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line).text);
}

/** Passages of so many words, cut one after another from running text; words are runs of ASCII letters and digits. */
export function passages(texts: string[], words: number, count: number): string[][] {
  const found: string[][] = [];
  for (const text of texts) {
    const all = text.match(/[A-Za-z0-9]+/g) ?? [];
    for (let at = 0; at + words <= all.length; at += words) {
      found.push(all.slice(at, at + words));
      if (found.length === count) return found;
    }
  }
  throw new Error(`only ${found.length} passages of ${words} words`);
}
