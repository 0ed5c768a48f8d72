/** A study on real mail in which one recipe is nothing but characters drawn at random, up to its prepared run folders. */
import { cpSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EliminationInput } from '../../src/elimination-run.js';
import { loadStudy } from '../../src/load-study.js';
import { Random } from '../../src/random.js';
import type { Study } from '../../src/records.js';
import { prepareData } from '../../src/study.js';
import { prepareSetting, studyOrders } from '../../src/study-runs.js';
import type { Workspace } from '../corpus/workspace.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));

const study = `
study: stopped
tokenizer: bytes
sources: { mail: { path: mail.jsonl }, noise: { path: noise.jsonl } }
recipes:
  mail: { mail: 1 }
  mostly: { mail: 0.9, noise: 0.1 }
  half: { mail: 0.5, noise: 0.5 }
  noise: { noise: 1 }
validate: { mail: { holdout: 5 %, of: mail } }
proxy:
  model: { layers: 1, width: 16, heads: 2 }
  learningRate: 5e-3
  tokens: 50k
  batch: 8
  context: 32
  seeds: 2
  evaluationTokens: 16k
eliminate: { keep: 2, confidence: 0.9 }
`;

/** 4 recipes x 2 seeds, 196 steps, a validation every 20. */
export async function prepareStudy(work: Workspace): Promise<EliminationInput> {
  const random = Random.fromSeed('noise');
  const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 300);
  work.write('mail.jsonl', rows.join('\n'));
  const character = () => String.fromCharCode(32 + random.below(95));
  const noise = rows.map((row) => {
    const { text } = JSON.parse(row) as { text: string };
    return JSON.stringify({ text: [...text].map(character).join('') });
  });
  work.write('noise.jsonl', noise.join('\n'));
  work.write('study.yaml', study);
  const loaded = (await loadStudy(work.path('study.yaml'))) as Study<number>;
  const data = await prepareData(loaded);
  const setting = { ...data, spec: loaded.proxy, role: 'proxy' as const };
  const orders = await studyOrders(loaded, data)(setting);
  return {
    runs: await prepareSetting(loaded, data, setting, orders, 1),
    eliminate: loaded.eliminate!,
    weights: { mail: 1 },
    output: loaded.run.output,
  };
}

/** The same study in another place, as it stands. */
export function copyStudy(of: EliminationInput, output: string): EliminationInput {
  cpSync(of.output, output, { recursive: true });
  const runs = of.runs.map((run) => ({ ...run, folder: join(output, 'runs', basename(run.folder)) }));
  return { ...of, runs, output };
}
