import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { graphFromJson, leavesOf, outputOf } from '../../src/graph/index.js';
import { buildModel } from '../../src/model/index.js';
import { Random } from '../../src/random.js';
import { readSafetensors } from '../../src/store/index.js';
import { measureTokensPerSecond, readRunSpec } from '../../src/train/index.js';
import { resolveMicroBatch } from '../../src/train/micro-batch.js';
import { temporaryOfKilled } from '../store/killed.js';
import { prepareSmallStudy, smallProxy } from './small-study.js';

const root = mkdtempSync(join(tmpdir(), 'assay-prepare-'));
const study = join(root, 'study');
let folders: string[];
beforeAll(async () => {
  folders = await prepareSmallStudy(study, { seeds: [0, 1] });
});
afterAll(() => rmSync(root, { recursive: true }));

const inode = (...path: string[]) => statSync(join(...path)).ino;

describe('a prepared run folder', () => {
  test('holds the inputs of the protocol and nothing else, and is named by recipe, seed and hash', () => {
    const [folder] = folders;
    const spec = readRunSpec(folder!);
    expect(basename(folder!)).toBe(`all-s0-${spec.hash.slice(0, 8)}`);
    expect(readdirSync(folder!).sort()).toEqual([
      'evaluation',
      'graph.json',
      'init.safetensors',
      'plan',
      'run.json',
    ]);
    expect(spec).toMatchObject({ steps: 60, evaluateEvery: 7, microBatch: 2, recipe: 'all', seed: 0 });
    expect(spec.schedule).toEqual({ learningRate: 0.003, warmupSteps: 6, stableSteps: 40, decaySteps: 14 });
    expect(spec.engine.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(readdirSync(join(study, 'runs')).sort()).toEqual(folders.map((path) => basename(path)).sort());
  });

  test('shares initial weights with the recipes of its seed, and with no other seed', () => {
    const weights = folders.map((folder) => inode(folder, 'init.safetensors'));
    expect(weights[0]).toBe(weights[2]);
    expect(weights[1]).toBe(weights[3]);
    expect(weights[0]).not.toBe(weights[1]);
  });

  test('shares the evaluation with every run', () => {
    const inodes = folders.map((folder) => inode(folder, 'evaluation', 'words.bin'));
    expect(new Set(inodes).size).toBe(1);
  });

  test('has the graph of the model, whose parameters are the initial weights', async () => {
    const path = join(folders[0]!, 'graph.json');
    const graph = graphFromJson(JSON.parse(readFileSync(path, 'utf8')));
    const { tensors } = await readSafetensors(join(folders[0]!, 'init.safetensors'));
    const shapes = [...leavesOf(graph, 'parameter')].map(([name, { shape }]) => [name, shape]);
    expect(shapes.sort()).toEqual([...tensors].map(([name, { shape }]) => [name, shape]).sort());
    expect(outputOf(graph, 'tokenLosses').shape).toEqual([2, 32]);
  });
});

describe('preparing again', () => {
  test('leaves what is there as it is', async () => {
    const before = folders.map((folder) => inode(folder, 'run.json'));
    expect(await prepareSmallStudy(study, { seeds: [0, 1] })).toEqual(folders);
    expect(folders.map((folder) => inode(folder, 'run.json'))).toEqual(before);
  });

  test('with anything that decides bits changed gives another run; the moments kept or not do not', async () => {
    const [first] = folders;
    const other = async (proxy: Parameters<typeof prepareSmallStudy>[1]) =>
      (await prepareSmallStudy(study, proxy))[0];
    expect(await other({ keepOptimizer: true })).toBe(first);
    const changed = [
      await other({ proxy: { learningRate: 0.004 } }),
      await other({ proxy: { microBatch: 4 } }),
      await other({ proxy: { weightDecay: 0 } }),
      await other({ proxy: { stableShare: 0.5 } }),
      await other({ proxy: { order: 'independent' } }),
    ];
    expect(new Set([first, ...changed]).size).toBe(6);
  });

  test('removes what a process that is gone was preparing', async () => {
    mkdirSync(temporaryOfKilled(join(study, 'runs', '.preparing-all-s0')));
    await prepareSmallStudy(study);
    expect(readdirSync(join(study, 'runs')).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('keeps the moments as asked last, as long as the run has not ended', async () => {
    const output = join(root, 'moments');
    const kept = (keepOptimizer: boolean) =>
      prepareSmallStudy(output, { keepOptimizer }).then(
        ([folder]) => JSON.parse(readFileSync(join(folder!, 'run.json'), 'utf8')).keepOptimizer,
      );
    expect(await kept(false)).toBe(false);
    expect(await kept(true)).toBe(true);
    const [folder] = await prepareSmallStudy(output);
    const { hash } = JSON.parse(readFileSync(join(folder!, 'run.json'), 'utf8'));
    writeFileSync(join(folder!, 'done.json'), JSON.stringify({ status: 'done', hash }));
    expect(await kept(true)).toBe(false);
  });

  test('refuses a folder that holds another run', async () => {
    const [folder] = await prepareSmallStudy(join(root, 'tampered'));
    const path = join(folder!, 'run.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"hash": "\w{8}/, '"hash": "00000000'));
    await expect(prepareSmallStudy(join(root, 'tampered'))).rejects.toThrow('holds another run');
  });
});

describe('the micro-batch', () => {
  test('must divide the batch', async () => {
    const prepared = prepareSmallStudy(join(root, 'uneven'), { proxy: { microBatch: 3 } });
    await expect(prepared).rejects.toThrow(
      'proxy.microBatch: does not divide the batch, expected a divisor of 4, got 3',
    );
  });

  test('is the whole batch by default where memory allows, and a divisor of it elsewhere', () => {
    const microBatch = (width: number) => {
      const config = { family: 'gpt2', layers: 4, width, heads: 8, mlpWidth: 4 * width } as const;
      return resolveMicroBatch(buildModel(config, { vocabularySize: 50257, context: 1024 }), { batch: 24 });
    };
    expect(
      resolveMicroBatch(buildModel(smallProxy.model, { vocabularySize: 257, context: 32 }), { batch: 6 }),
    ).toBe(6);
    expect(24 % microBatch(256)).toBe(0);
    expect(microBatch(4096)).toBe(1);
  });
});

test('the speed of this machine is measured on real steps', async () => {
  const model = buildModel(smallProxy.model, { vocabularySize: 257, context: 32 });
  expect(await measureTokensPerSecond(model, smallProxy, 1, Random.fromSeed(0))).toBeGreaterThan(0);
});
