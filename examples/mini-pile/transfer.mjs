/**
 * Writes `transfer.yaml`: the data and recipes of `study.yaml`, ranked by a smaller proxy at six learning rates and
 * trained again by a target that is tuned for each recipe. What came of it is in docs/results/transfer.md.
 *
 *   node examples/mini-pile/transfer.mjs && node dist/cli/main.js run examples/mini-pile/transfer.yaml   # 6 hours on two cores
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const models = `proxy:
  model: { layers: 2, width: 48, heads: 2 }
  learningRate: 1e-3
  # From above the rate that is best for the proxy's own loss down to where a run hardly moves.
  sweep: { learningRate: [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 1e-5] }
  tokens: 1.5M # 733 steps
  batch: 16
  context: 128
  seeds: 3
  evaluateEvery: 147
  evaluationTokens: 12k

target:
  model: { layers: 4, width: 96, heads: 4 }
  tokens: 3.3M # 806 steps; the narrowest recipe holds 3.4M, and no window is used twice
  batch: 32
  evaluateEvery: 162
  sweep: { learningRate: [5e-4, 1e-3, 2e-3, 4e-3] }

run: { output: results/transfer, checkpointSeconds: 30 }
`;

const folder = import.meta.dirname;
const study = readFileSync(join(folder, 'study.yaml'), 'utf8');
const data = study.slice(study.indexOf('study: mini-pile'), study.indexOf('\nproxy:') + 1);
if (!data.includes('tokenizer: { bpe: 4096 }'))
  throw new Error('study.yaml: expected `tokenizer: { bpe: 4096 }`');
const renamed = data
  .replace('study: mini-pile', 'study: mini-pile-transfer')
  .replace('tokenizer: { bpe: 4096 }', 'tokenizer: { bpe: 2048 }');
const head = '# yaml-language-server: $schema=../../assay.schema.json\n# Written by transfer.mjs.\n';
writeFileSync(join(folder, 'transfer.yaml'), head + renamed + models);
