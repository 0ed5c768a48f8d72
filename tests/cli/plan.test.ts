/** `assay plan` says what a study costs, and the arithmetic can be checked by hand. */
import { describe, expect, test } from 'vitest';
import { assay, folderWith } from './assay.js';

const study = `
study: dear
tokenizer: gpt2
sources: { web: { path: nowhere.jsonl } }
recipes: { natural: natural, web: { web: 1 } }
validate: { web: { holdout: 1 %, of: web } }
proxy: { model: gpt2-small, learningRate: 1e-5, tokensPerParameter: 20, batch: 128, context: 1024, seeds: 3 }
`;

const small = study
  .replace('gpt2-small', '{ layers: 1, width: 16, heads: 2 }')
  .replace('tokenizer: gpt2', 'tokenizer: bytes')
  .replace('batch: 128, context: 1024', 'batch: 4, context: 32');

describe('assay plan', () => {
  test('counts the runs, tokens and FLOPs of the paper’s proxy without touching any data', () => {
    const { exitCode, stdout } = assay(
      folderWith({ 'study.yaml': study }),
      'plan',
      'study.yaml',
      '--no-measure',
      '--json',
    );
    expect(exitCode).toBe(0);
    const plan = JSON.parse(stdout);
    // GPT-2 small has 124,439,808 parameters; 20 tokens for each, in whole steps of 128 x 1024.
    const steps = Math.ceil((20 * 124_439_808) / (128 * 1024));
    const tokensPerRun = steps * 128 * 1024;
    expect(plan).toMatchObject({
      runs: 6,
      parameters: 124_439_808,
      steps,
      tokensPerRun,
      tokens: 6 * tokensPerRun,
    });
    // 6 x parameters of matrix products (12 blocks of 12 x 768^2, and the vocabulary projection), and attention.
    const matrices = 12 * 12 * 768 ** 2 + 50257 * 768;
    expect(plan.flops / plan.tokens).toBeCloseTo(6 * matrices + 12 * 12 * 768 * 1024, -3);
  });

  test('measures this machine when it may', () => {
    const { stdout } = assay(
      folderWith({ 'study.yaml': small }),
      'plan',
      'study.yaml',
      '--json',
      '--workers',
      '2',
    );
    const { expected, workers } = JSON.parse(stdout);
    expect(workers).toBe(2);
    expect(expected.tokensPerSecondPerRun).toBeGreaterThan(0);
    expect(expected.seconds).toBeGreaterThan(0);
  });

  test('prints lines that people read', () => {
    const { stdout } = assay(folderWith({ 'study.yaml': small }), 'plan', 'study.yaml');
    expect(stdout).toMatch(/2 recipes × 3 seeds = 6 runs/);
    expect(stdout).toMatch(/tokens\/s a run/);
  });

  test('tells the time of what can be measured, and which model is not in it and why', () => {
    // Two steps of the target are 4 TFLOP: hours on any machine.
    const target =
      '\ntarget: { model: gpt2-large, tokens: 1M, batch: 64, context: 1024, learningRate: 1e-4 }\n';
    const { stdout } = assay(folderWith({ 'study.yaml': small + target }), 'plan', 'study.yaml');
    expect(stdout).toMatch(
      /measured {2}[\d,]+ tokens\/s a run: about [\d.]+ s of training, without gpt2-large\n/,
    );
    expect(stdout).toMatch(/time {6}of gpt2-large not measured: two steps would take about .* here\n/);
  });

  test('counts a search for the tiny rate for each model', () => {
    const searches = (sweep: string) => {
      const tiny = small.replace('1e-5', 'tiny').replace('seeds: 3', `seeds: 3${sweep}`);
      const folder = folderWith({ 'study.yaml': tiny });
      const { searches: counted } = JSON.parse(
        assay(folder, 'plan', 'study.yaml', '--json', '--no-measure').stdout,
      );
      return { counted, text: assay(folder, 'plan', 'study.yaml', '--no-measure').stdout };
    };
    expect(searches('').text).toContain('tiny: chosen first, by short runs');
    // A sweep of something else keeps the rate.
    expect(searches(', sweep: [{ batch: [4, 8] }, { learningRate: [1e-3] }]').counted).toBe(1);
    const target = searches(
      ' }\ntarget: { model: { layers: 2, width: 32, heads: 2 }, learningRate: tiny, tokens: 8k',
    );
    expect(target.counted).toBe(2);
    expect(target.text).toContain('tiny: chosen in 2 searches, one a model, each by short runs');
  });

  test('counts the runs of every setting, a model a line', () => {
    const target =
      '\ntarget: { model: { layers: 2, width: 32, heads: 2 }, tokens: 8k, sweep: { learningRate: [1e-3, 3e-3] } }\n';
    const folder = folderWith({ 'study.yaml': small + target });
    const plan = JSON.parse(assay(folder, 'plan', 'study.yaml', '--json', '--no-measure').stdout);
    expect(plan.settings.map(({ role, runs }: { role: string; runs: number }) => [role, runs])).toEqual([
      ['proxy', 6],
      ['target', 2],
      ['target', 2],
    ]);
    expect(plan.runs).toBe(10);
    expect(plan.tokens).toBe(6 * plan.tokensPerRun + 4 * plan.settings[1].tokensPerRun);
    const { stdout } = assay(folder, 'plan', 'study.yaml', '--no-measure');
    expect(stdout).toContain('2x32 (target), 2 settings: 4 runs of');
  });
});
