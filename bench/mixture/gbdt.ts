/** Boosted trees: ours, and LightGBM's on the same rows and candidates. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gbdt } from '../../src/mixture/index.js';
import { Random } from '../../src/random.js';
import { type SearchProblem, timed } from './problem.js';

interface Seconds {
  fitSeconds: number;
  predictSeconds: number;
}

export interface GbdtTimes extends Seconds {
  /** Only where `ASSAY_PYTHON` names a Python that has LightGBM. */
  lightgbm?: Seconds & { version: string };
  /** Our fitting and predicting over LightGBM's. */
  ratio?: number;
  /** Largest difference between a prediction of ours and LightGBM's, in nats per token. */
  largestDifference?: number;
}

const python = process.env.ASSAY_PYTHON;

export function benchGbdt({ train, candidates }: SearchProblem): GbdtTimes {
  const random = Random.fromSeed(0);
  // The compiler's own time is not the fit's: one fit before the clock starts, as a session of several fits has it.
  gbdt.fit(train.mixtures, train.losses[0]!, { random }).predict(train.mixtures);
  const fits = timed(() => train.losses.map((losses) => gbdt.fit(train.mixtures, losses, { random })));
  const predictions = timed(() => fits.value.map((fit) => fit.predict(candidates)));
  const ours = { fitSeconds: fits.seconds, predictSeconds: predictions.seconds };
  if (python === undefined) return ours;
  const { values, ...lightgbm } = measureLightgbm(python, { train, candidates });
  const largestDifference = predictions.value.reduce(
    (largest, own, metric) =>
      own.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - values[metric * own.length + i]!)),
        largest,
      ),
    0,
  );
  const total = (seconds: Seconds) => seconds.fitSeconds + seconds.predictSeconds;
  return { ...ours, lightgbm, ratio: total(ours) / total(lightgbm), largestDifference };
}

/** `values` [metrics, candidates] are its predictions. */
function measureLightgbm(
  program: string,
  { train, candidates }: SearchProblem,
): Seconds & { version: string; values: Float64Array } {
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-mixture-'));
  try {
    const write = (name: string, values: Float64Array) => writeFileSync(join(folder, name), values);
    write('mixtures', train.mixtures.values);
    write('losses', Float64Array.from(train.losses.flatMap((losses) => [...losses])));
    write('candidates', candidates.values);
    const script = fileURLToPath(new URL('fit-lightgbm.py', import.meta.url));
    const { status, stdout, stderr } = spawnSync(program, [script, folder, String(train.domains.length)], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${program} ${script}: ${stderr.trim().split('\n').at(-1)}`);
    const bytes = readFileSync(join(folder, 'predictions'));
    const values = new Float64Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
    );
    return { ...(JSON.parse(stdout) as Seconds & { version: string }), values };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
