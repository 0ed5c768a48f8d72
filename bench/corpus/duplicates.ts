/** Rates of the MinHash and contamination signals on given texts, and of clustering, by CPU time. */
import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildContaminationIndex, contaminationGroup } from '../../src/corpus/contamination/index.js';
import { clusterDuplicates, minhashGroup, signatureBytes } from '../../src/corpus/duplicates/index.js';
import { DocumentText } from '../../src/corpus/signals/document-text.js';
import type { SignalGroup } from '../../src/corpus/signals/index.js';
import { Random } from '../../src/random.js';

export interface DuplicateRates {
  /** 10^6 UTF-8 bytes a CPU second, words segmented beforehand (all text signals share them). */
  minhashMegabytesPerSecond: number;
  contaminationMegabytesPerSecond: number;
  /** Of building the index, segmentation included. */
  indexMegabytesPerSecond: number;
  indexedNgrams: number;
}

/** @param validation texts that the index is built from */
export async function duplicateRates(texts: string[], validation: string[]): Promise<DuplicateRates> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const index = join(folder, 'index.bin');
    async function* stream() {
      for (const text of validation) yield { text };
    }
    const start = process.cpuUsage();
    const { ngrams } = await buildContaminationIndex(stream(), index);
    const building = cpuSeconds(start);
    return {
      minhashMegabytesPerSecond: await rate(minhashGroup(), texts),
      contaminationMegabytesPerSecond: await rate(contaminationGroup({ index, hash: 'bench' }), texts),
      indexMegabytesPerSecond: megabytes(validation) / building,
      indexedNgrams: ngrams,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function rate(group: SignalGroup, texts: string[]): Promise<number> {
  const measure = await group.open();
  const documents = texts.map((text) => new DocumentText(text));
  for (const document of documents) document.words;
  for (const document of documents.slice(0, 200)) measure(document);
  const start = process.cpuUsage();
  for (const document of documents) measure(document);
  return megabytes(texts) / cpuSeconds(start);
}

export interface ClusteringRate {
  documents: number;
  /** Share of the documents that share a cluster with another. */
  clustered: number;
  /** A CPU second, reading the signatures included. */
  documentsPerSecond: number;
  /** Growth of the process's resident memory, the returned columns included. */
  megabytes: number;
}

/** Clusters random signatures of which three in ten are near copies of an earlier one, as on the web. */
export async function clusteringRate(documents: number): Promise<ClusteringRate> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  try {
    const signatures = join(folder, 'minhash.bin');
    writeSignatures(signatures, documents, Random.fromSeed('clustering'));
    const ids = Array.from({ length: documents }, (_, i) => createHash('md5').update(`${i}`).digest('hex'));
    const before = process.memoryUsage().rss;
    const start = process.cpuUsage();
    const { all } = await clusterDuplicates([{ name: 'all', documents, ids, signatures }]);
    return {
      documents,
      documentsPerSecond: documents / cpuSeconds(start),
      megabytes: (process.memoryUsage().rss - before) / 1e6,
      clustered: all!.near_size.filter((size) => size > 1).length / documents,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeSignatures(path: string, documents: number, random: Random): void {
  const length = signatureBytes / 4;
  const recent: Uint32Array[] = [];
  const file = openSync(path, 'w');
  for (let i = 0; i < documents; i++) {
    const copied = random.uniform() < 0.3 ? recent[random.below(recent.length)] : undefined;
    const signature = copied?.slice() ?? new Uint32Array(length);
    const changed = copied === undefined ? length : 10;
    const first = random.below(length);
    for (let k = 0; k < changed; k++) signature[(first + k) % length] = random.uint32();
    if (copied === undefined)
      recent[recent.length < 10_000 ? recent.length : random.below(10_000)] = signature;
    writeSync(file, signature);
  }
  closeSync(file);
}

function megabytes(texts: string[]): number {
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
}

function cpuSeconds(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
