/**
 * SIGKILL while sources are read, measured and tokenised: the same command, started again and again, ends with the files
 * of one that never stopped, and no document is lost or counted twice.
 *
 *     ASSAY_KILLS=50 npx vitest run tests/cli/kill-data.test.ts --reporter=verbose
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Random } from '../../src/random.js';
import { assay, folderWith, startAssay } from './assay.js';

const demo = (name: string) =>
  readFileSync(fileURLToPath(new URL(`../../examples/demo/data/${name}.jsonl`, import.meta.url)), 'utf8');
const kills = Number(process.env.ASSAY_KILLS ?? 6);

const study = `
study: killed
tokenizer: { bpe: 512 }
sources: { mail: { path: ham.jsonl }, spam: { path: spam.jsonl } }
languageModels: { mail: { train: mail } }
recipes:
  all: natural
  plain: { spam: { weight: 1, where: "perplexity_mail_part <> 'tail' AND near_rank = 0" } }
validate: { spam: { holdout: 5 %, of: spam } }
proxy: { model: { layers: 1, width: 16, heads: 2 }, learningRate: 1e-3, tokens: 20k, batch: 4, context: 32, seeds: 2 }
run: { workers: 2 }
`;
const command = ['plan', 'study.yaml', '--data', '--no-measure', '--json', '--quiet'];

test('sources that are killed while they are measured end as if they had not been', async () => {
  const files = {
    'study.yaml': study,
    'ham.jsonl': demo('ham').split('\n').slice(0, 1500).join('\n'),
    'spam.jsonl': `${demo('spam').split('\n').slice(0, 800).join('\n')}\n{oops\n`,
  };
  const whole = folderWith(files);
  const began = performance.now();
  const expected = assay(whole, ...command);
  const wholeMilliseconds = performance.now() - began;
  expect(expected.stderr).toBe('');
  expect(expected.exitCode).toBe(0);

  const folder = folderWith(files);
  const random = Random.fromSeed('moments');
  let met = 0;
  for (let killed = 0; killed < kills; killed++) {
    const child = startAssay(folder, ...command);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await Promise.race([ended, sleep((0.15 + 0.85 * random.uniform()) * wholeMilliseconds)]);
    child.kill('SIGKILL');
    await ended;
    if (child.signalCode === 'SIGKILL') met++;
  }
  expect(met).toBeGreaterThan(0);
  const { exitCode, stdout } = assay(folder, ...command);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).data).toEqual(JSON.parse(expected.stdout).data);
  expect(digests(join(folder, 'results'))).toEqual(digests(join(whole, 'results')));
  for (const each of [folder, whole]) rmSync(each, { recursive: true });
});

/** SHA-256 by path of every file but the caches of file times. */
function digests(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'fingerprints.json')
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return Object.fromEntries(
    paths.map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}
