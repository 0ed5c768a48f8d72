/** One run trained by several processes, or with activations computed again, ends as it does in one. */
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelConfig, ProxySpec, TorchEngine } from '../../../src/records.js';
import { readSafetensors } from '../../../src/store/index.js';
import { trainStack } from '../../../src/train/index.js';
import { kill, until } from '../../executor/study-process.js';
import { prepareSmallStudy } from '../../train/small-study.js';
import { trainersOf } from '../trainers.js';
import { llama } from './models.js';
import { isLoopback, listening, processesBelow } from './sockets.js';
import {
  ask,
  copyOf,
  describeTorch,
  type Ended,
  hookTimeout,
  largestDifference,
  metricsOf,
  startWorker,
  tryToTrain,
} from './worker.js';

/** A tenth of what is promised. */
const tolerance = 2e-5;
const steps = 50;
const proxy: Partial<ProxySpec> = {
  model: { family: 'gpt2', layers: 3, width: 24, heads: 3, mlpWidth: 40 },
  tokens: { budget: steps * 4 * 32 },
  evaluateEvery: 10,
  alignmentEvery: 10,
};
const two = ['--devices', '2'];
const ways: Record<string, string[]> = {
  'two processes': two,
  'two processes that divide the parameters': [...two, '--shard'],
  'activations computed again': ['--activation-checkpointing'],
  'all of it': [...two, '--shard', '--activation-checkpointing'],
};
const engine: TorchEngine = {
  ...{ name: 'torch', precision: 'fp32', device: 'cpu', compile: 'never', stack: 'auto', devices: 2 },
};

describeTorch('a run on several devices', () => {
  const root = mkdtempSync(join(tmpdir(), 'assay-torch-distributed-'));
  afterAll(() => rmSync(root, { recursive: true }));
  /** By model, the run in one process; and by model and way. */
  const alone: string[] = [];
  const trained = new Map<string, string[]>();
  let [stacked, apart, little, uneven, drifting]: string[][] = [];
  let codes: number[];
  let said: string;

  beforeAll(async () => {
    const models: ModelConfig[] = [proxy.model!, llama];
    const lines: string[][] = [];
    for (const [i, model] of models.entries()) {
      const folders = await prepareSmallStudy(join(root, `${i}`), { proxy: { ...proxy, model } });
      alone.push(folders[0]!);
      for (const [name, flags] of Object.entries(ways)) {
        const copy = copyOf(folders[0]!, name.replaceAll(' ', '-'));
        trained.set(name, [...(trained.get(name) ?? []), copy]);
        lines.push([...flags, copy]);
      }
      if (i > 0) continue;
      apart = folders;
      stacked = folders.map((folder, k) => copyOf(folder, `stacked-${k}`));
      [little, uneven, drifting] = ['little', 'uneven', 'drifting'].map((name) => [
        copyOf(folders[0]!, name),
      ]);
    }
    lines.push(['--activation-checkpointing', ...stacked!]);
    lines.push(['--windows', '1', ...two, ...little!], ['--devices', '3', ...uneven!]);
    lines.push(['--drift', '1', ...two, ...drifting!]);
    lines.push([alone[1]!], ...apart!.map((folder) => [folder]));
    const result = await tryToTrain(lines.map((line) => onCpu(line)));
    codes = result.codes;
    said = result.errors;
  }, hookTimeout);

  test.each(Object.keys(ways))(`has the ${steps} losses, norms and alignments of one process: %s`, (name) => {
    for (const [i, folder] of trained.get(name)!.entries()) {
      expect(largestDifference(folder, alone[i]!)).toBeLessThan(tolerance);
      const other = metricsOf(alone[i]!);
      for (const [k, line] of metricsOf(folder).entries()) {
        const same = other[k]!;
        if (line.kind === 'step' && same.kind === 'step')
          expect(Math.abs(line.gradientNorm! / same.gradientNorm! - 1)).toBeLessThan(1e-3);
        if (line.kind === 'alignment' && same.kind === 'alignment')
          for (const [domain, product] of Object.entries(same.domains))
            expect(Math.abs(line.domains[domain]! / product - 1)).toBeLessThan(1e-3);
      }
    }
  });

  test('leaves the same files: weights by name, and losses of documents', async () => {
    for (const folder of trained.get('all of it')!) {
      const whole = alone[trained.get('all of it')!.indexOf(folder)]!;
      const [ours, theirs] = await Promise.all(
        [folder, whole].map((path) => readSafetensors(join(path, 'checkpoint.safetensors'))),
      );
      expect(ours!.metadata).toEqual(theirs!.metadata);
      expect([...ours!.tensors.keys()]).toEqual([...theirs!.tensors.keys()]);
      for (const [name, { data }] of ours!.tensors) {
        const other = theirs!.tensors.get(name)!.data;
        expect(data.length, name).toBe(other.length);
        expect(Math.max(...data.map((x, i) => Math.abs(x - other[i]!))), name).toBeLessThan(1e-3);
      }
      const lines = (path: string) => readFileSync(join(path, 'documents.jsonl'), 'utf8').split('\n').length;
      expect(lines(folder)).toBe(lines(whole));
    }
  });

  test('computes activations again in a stack of runs too', () => {
    for (const [i, folder] of stacked!.entries())
      expect(largestDifference(folder, apart![i]!)).toBeLessThan(tolerance);
  });

  test('goes on with half the windows in a pass when memory ends on a device, and says so', () => {
    expect(said).toContain(
      'warning: memory: not enough on one device; going on with half the windows in a pass\n',
    );
    expect(largestDifference(little![0]!, alone[0]!)).toBeLessThan(tolerance);
  });

  test('is refused in one line when its batch cannot be divided equally, and ends when its weights drift apart', () => {
    expect(said.match(/^error: .*/gm)).toEqual([
      expect.stringMatching(
        /run\.json: its batch cannot be divided equally, expected a multiple of 3 devices, got 4$/,
      ),
      expect.stringMatching(/^error: weights: not the same on all devices\. Run the same command again/),
    ]);
    expect(existsSync(join(drifting![0]!, 'done.json'))).toBe(false);
    expect(codes.filter((code) => code !== 0)).toEqual([4, 1]);
  });

  test('keeps one tensor at each cut and far less inside, whatever the model, to the same gradients', async () => {
    const model: ModelConfig = { family: 'gpt2', layers: 8, width: 24, heads: 3, mlpWidth: 96 };
    const [folder] = await prepareSmallStudy(join(root, 'deep'), { proxy: { model } });
    const { passed, programs, kept, losses, gradientDifference } = (await ask(
      'kept.py',
      join(folder!, 'graph.json'),
    )) as {
      passed: number[][][];
      programs: number;
      kept: { whole: number; parts: number };
      losses: number[];
      gradientDifference: number;
    };
    expect(passed.length).toBeGreaterThan(4);
    // [windows, context, width]; ids of tokens pass as well.
    for (const shapes of passed.slice(0, -1))
      expect(shapes.filter((shape) => shape.at(-1) === 24)).toEqual([[2, 32, 24]]);
    // Layers are alike.
    expect(programs).toBeLessThan(passed.length);
    expect(kept.parts).toBeLessThan(0.4 * kept.whole);
    expect(losses[1]).toBe(losses[0]);
    expect(gradientDifference).toBeLessThan(1e-6);
  }, 120_000);

  test(
    'listens on loopback only; after SIGTERM any number of devices takes its checkpoint up',
    async () => {
      const folder = copyOf(alone[0]!, 'stopped');
      for (const file of ['metrics.jsonl', 'done.json', 'checkpoint.safetensors', 'documents.jsonl'])
        rmSync(join(folder, file));
      const { child, end } = startWorker(onCpu(['--checkpoint-seconds', '0', ...two, '--shard', folder]));
      const ready = await until(() =>
        linesOf(folder) > 5 || child.exitCode !== null ? { lines: linesOf(folder) } : undefined,
      );
      if (process.platform === 'linux') {
        const ranks = processesBelow(child.pid!);
        expect(ranks).toHaveLength(2);
        const sockets = listening([child.pid!, ...ranks]);
        expect(sockets.length).toBeGreaterThan(0);
        expect(sockets.filter((address) => !isLoopback(address))).toEqual([]);
      }
      child.kill('SIGTERM');
      expect(await end).toMatchObject({ code: 0, errors: '' } satisfies Partial<Ended>);
      expect(ready.lines).toBeLessThan(metricsOf(alone[0]!).length);
      expect(existsSync(join(folder, 'done.json'))).toBe(false);
      expect(existsSync(join(folder, 'checkpoint.safetensors'))).toBe(true);
      expect((await tryToTrain([onCpu([folder])])).codes).toEqual([0]);
      expect(largestDifference(folder, alone[0]!)).toBeLessThan(tolerance);
    },
    hookTimeout,
  );

  test.skipIf(process.platform !== 'linux')(
    'is stopped well while its processes are being started, and clears away what a killed one left',
    async () => {
      const folder = copyOf(uneven![0]!, 'early');
      const [left, other] = ['left', 'other'].map((name) =>
        mkdtempSync(join(tmpdir(), `assay-ranks-${name}-`)),
      );
      const hourAgo = Date.now() / 1000 - 3600;
      utimesSync(left!, hourAgo, hourAgo);
      // Amid the start of Python, amid the import of PyTorch, and amid that of the graph.
      for (const milliseconds of [0, 50, 300, 1000, 2000]) {
        const { child, end } = startWorker(onCpu([...two, folder]));
        await until(() =>
          processesBelow(child.pid!).length === 2 || child.exitCode !== null ? true : undefined,
        );
        await setTimeout(milliseconds);
        child.kill('SIGTERM');
        expect(await end).toMatchObject({ code: 0, errors: '' } satisfies Partial<Ended>);
      }
      expect(existsSync(join(folder, 'done.json'))).toBe(false);
      expect([existsSync(left!), existsSync(other!)]).toEqual([false, true]);
      rmSync(other!, { recursive: true });
    },
    hookTimeout,
  );

  test(
    'ends as a whole when one of its processes is killed, and is taken up to the same losses',
    async () => {
      const options = { engine, proxy: { ...proxy, tokens: { budget: 4 * steps * 4 * 32 } } };
      const [run] = await prepareSmallStudy(join(root, 'killed'), options);
      const whole = copyOf(run!, 'whole');
      const notices: string[] = [];
      const training = trainStack([run!], {
        checkpointSeconds: 0.05,
        onNotice: (text) => notices.push(text),
      });
      await until(() => (linesOf(run!) > 40 ? true : undefined));
      // The leader of the group, the process that started the ranks, and the ranks.
      const group = trainersOf(run!);
      expect(group).toHaveLength(4);
      kill(group.at(-1)!);
      expect(await training).toMatchObject([{ status: 'done' }]);
      expect(notices.join()).toMatch(/ended with code 137 .*error: rank 1: .* SIGKILL; trying once more/s);
      expect((await tryToTrain([onCpu([whole])])).codes).toEqual([0]);
      expect(largestDifference(run!, whole)).toBeLessThan(tolerance);
    },
    hookTimeout,
  );

  test('is not prepared when its batch cannot be divided equally', async () => {
    const study = prepareSmallStudy(join(root, 'uneven'), { engine: { ...engine, devices: 3 } });
    await expect(study).rejects.toThrow(
      'engine torch: the batch cannot be divided equally over the devices, expected a multiple of 3, got 4.',
    );
  });
});

/** Words of a line of `several.py`: limits stay in front. */
function onCpu(line: readonly string[]): string[] {
  const limits = ['--windows', '--drift'].includes(line[0]!) ? 2 : 0;
  return [...line.slice(0, limits), '--device', 'cpu', ...line.slice(limits)];
}

function linesOf(folder: string): number {
  const path = join(folder, 'metrics.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}
