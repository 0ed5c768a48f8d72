/** The model that a finished run left, and the tokenizer it was trained with. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import { buildModel, type Model } from '../model/index.js';
import type { RunSpec } from '../records.js';
import { bytesTokenizer, openTokenizer } from '../tokens/index.js';
import { readCheckpoint } from './checkpoint.js';
import { readOutcome, readRunSpec, runFiles } from './folder.js';

export interface FinishedRun {
  spec: RunSpec;
  model: Model;
  parameters: Map<string, Float32Array>;
  /** Path of its `tokenizer.json`; undefined where the run lies apart from its study's results. */
  tokenizerFile?: string;
}

/** @throws AssayError when the folder is no run folder, or its run has not finished or has failed */
export async function readFinishedRun(folder: string): Promise<FinishedRun> {
  const spec = readRunSpec(folder);
  const outcome = readOutcome(folder, spec);
  if (outcome?.status !== 'done') {
    throw new AssayError(folder, 'not a finished run', {
      got: outcome === undefined ? 'no done.json' : `a failed one: ${outcome.reason}`,
      fix: outcome === undefined ? 'Train it to its end: assay run.' : 'Give another run.',
    });
  }
  const { model: config, vocabularySize, context, hash, steps } = spec;
  const model = buildModel(config, { vocabularySize, context });
  const { parameters } = await readCheckpoint(join(folder, runFiles.checkpoint), model, hash, steps);
  const tokenizerFile = findTokenizer(join(folder, '..', '..', 'tokenizers'), spec.tokenizerHash);
  return { spec, model, parameters, ...(tokenizerFile === undefined ? {} : { tokenizerFile }) };
}

/** The tokenizer of a study with this hash. */
function findTokenizer(folder: string, hash: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder).find((name) => {
    const path = join(folder, name, 'tokenizer.json');
    if (!existsSync(path)) return false;
    const tokenizer = name === 'bytes' ? bytesTokenizer() : openTokenizer(path);
    tokenizer.dispose();
    return tokenizer.hash === hash;
  });
  return found === undefined ? undefined : join(folder, found, 'tokenizer.json');
}
