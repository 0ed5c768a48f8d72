/** Reading an evaluation: its windows for an engine, the engine's token losses back to documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import type { DocumentLosses, Evaluation, EvaluationDomain } from '../records.js';
import { readJson } from '../store/index.js';
import { sumByDocument } from './losses.js';

export interface EvaluationReader {
  evaluation: Evaluation;
  /** A domain's windows in order, Int32 [n, context + 1] with n = `batch` but for the last. */
  windows(domain: string, batch: number): Iterable<Int32Array>;
  /**
   * The losses of a domain's documents.
   * @param tokenLosses an engine: windows Int32 [n, context + 1] -> nats Float32 [n, context]
   */
  documentLosses(
    domain: string,
    batch: number,
    tokenLosses: (windows: Int32Array) => Promise<Float32Array>,
  ): Promise<DocumentLosses>;
}

const fix = 'Delete the folder and run the same command again.';

/** @throws AssayError (exit code data) when the folder holds no evaluation, or a file of it has the wrong size */
export function openEvaluation(folder: string): EvaluationReader {
  const evaluation = readJson<Evaluation>(join(folder, 'evaluation.json'));
  if (evaluation === undefined)
    throw new AssayError(folder, 'not an evaluation', { expected: 'evaluation.json', fix });
  const { context } = evaluation;
  const find = (name: string): EvaluationDomain => {
    const domain = evaluation.domains.find((entry) => entry.name === name);
    if (domain) return domain;
    throw new AssayError(folder, `no domain is named "${name}"`);
  };

  function* windows(name: string, batch: number): Iterable<Int32Array> {
    const domain = find(name);
    const predicted = predictedTokens(domain);
    const stream = readStream(join(folder, domain.file), predicted + 1);
    const count = Math.ceil(predicted / context);
    for (let first = 0; first < count; first += batch) {
      const n = Math.min(batch, count - first);
      const out = new Int32Array(n * (context + 1)).fill(stream[0]!); // [n, context + 1], padded with end-of-text
      for (let i = 0; i < n; i++) {
        const from = (first + i) * context;
        out.set(stream.subarray(from, from + context + 1), i * (context + 1));
      }
      yield out;
    }
  }

  return {
    evaluation,
    windows,
    documentLosses(name, batch, tokenLosses) {
      async function* losses(): AsyncIterable<Float32Array> {
        for (const window of windows(name, batch)) yield await tokenLosses(window);
      }
      return sumByDocument(find(name), losses());
    },
  };
}

/** Tokens of a domain that are predicted: all of its stream but the first. */
export function predictedTokens(domain: EvaluationDomain): number {
  return domain.documents.reduce((sum, { tokens }) => sum + tokens, 0);
}

function readStream(file: string, tokens: number): Int32Array {
  const bytes = readFileSync(file);
  if (bytes.length !== 4 * tokens) {
    const [expected, got] = [`${4 * tokens} bytes`, String(bytes.length)];
    throw new AssayError(file, 'not what evaluation.json describes', { expected, got, fix });
  }
  return Int32Array.from({ length: tokens }, (_, i) => bytes.readUInt32LE(4 * i));
}
