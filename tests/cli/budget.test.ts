/** `--budget` and `budget:` on the command line. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { assay, folderWith } from './assay.js';

const mail = fileURLToPath(new URL('../../examples/demo/data/ham.jsonl', import.meta.url));
const rows = readFileSync(mail, 'utf8').split('\n').filter(Boolean).slice(0, 1500).join('\n');

const study = `
study: sized
tokenizer: bytes
sources: { mail: { path: mail.jsonl } }
recipes: { all: natural, few: { mail: { weight: 1, where: "words >= 60" } } }
validate: { mail: { holdout: 5 %, of: mail } }
proxy: { model: gpt2-small, learningRate: 1e-3, tokensPerParameter: 20, weightDecay: 0.05 }
`;
const folder = (text = study) => folderWith({ 'study.yaml': text, 'mail.jsonl': rows });

describe('assay plan --budget', () => {
  test('chooses the sizes anew and says in words what it chose', () => {
    const place = folder();
    const { exitCode, stdout } = assay(place, 'plan', 'study.yaml', '--budget', '1e12 FLOPs', '--no-measure');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/2 recipes × [23] seeds = [46] runs/);
    expect(stdout).toMatch(/For 1e12 FLOPs: model 2x32 with [\d,]+ parameters/);
    expect(stdout).toMatch(/recipes that differ by less than 0\.\d+ nats per token will be ties/);

    const again = assay(place, 'plan', 'study.yaml', '--budget', '1e12 FLOPs', '--no-measure', '--json');
    const plan = JSON.parse(again.stdout);
    expect(plan.budget).toMatchObject({ budget: { keeps: [] }, model: { layers: 2, width: 32 } });
    expect(plan).toMatchObject({ steps: plan.budget.steps, runs: 2 * plan.budget.seeds, learningRate: 1e-3 });
    expect(plan.budget.cost.flops).toBeLessThanOrEqual(1e12);
  });

  test('is refused when it is no amount, or when there are more models than one', () => {
    const wrong = assay(folder(), 'plan', 'study.yaml', '--budget', 'much');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toMatch(/Expected a time such as 10m or 2h/);

    const target = `${study}target: { model: gpt2-large, learningRate: 1e-3 }\n`;
    const several = assay(folder(target), 'plan', 'study.yaml', '--budget', '10m');
    expect(several.exitCode).toBe(2);
    expect(several.stderr).toMatch(
      /--budget: a budget chooses the size of one proxy, .* got 1 further setting\b/,
    );
  });
});
