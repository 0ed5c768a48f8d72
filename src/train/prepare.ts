/**
 * Makes a run folder from its inputs. Everything that decides the result is hashed into `RunSpec.hash`.
 *
 * The folder is prepared beside its place and renamed into it, so a run folder is whole or absent.
 */
import { readdirSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import { buildModel, chooseMicroBatch, countParameters, type Model, stepBytes } from '../model/index.js';
import type { Random } from '../random.js';
import { type PlanInput, writePlan } from '../recipe/index.js';
import type { Evaluation, ProxySpec, Recipe, RunSpec } from '../records.js';
import { hashOf, linkOrCopy, makeFolder, readJson, stageVersions, writeJson } from '../store/index.js';
import { readRunSpec, runFiles } from './folder.js';
import { engineIdentity } from './identity.js';
import { writeInitialWeights } from './initial-weights.js';
import { evaluationInterval, runLength } from './length.js';
import { resolveSchedule } from './schedule.js';

export interface RunInput {
  /** Folder of all run folders. */
  runs: string;
  /** Folder of initial weights, shared by the runs. */
  initialWeights: string;
  study: string;
  recipe: Recipe;
  seed: number;
  proxy: ProxySpec;
  tokenizer: { hash: string; vocabularySize: number; endOfText: number };
  /** Document order and token store of each source of the recipe. */
  sources: PlanInput['sources'];
  /** Decides how the plan interleaves sources. */
  planRandom: Random;
  /** As `writeEvaluation` gives it. */
  evaluation: { folder: string; evaluation: Evaluation };
  threads: number;
  keepOptimizer: boolean;
}

/** Memory for the activations of a pass. A constant, because the micro-batch decides bits. */
const activationBytes = 2 ** 30;

/**
 * Makes `<runs>/<recipe>-s<seed>-<hash>`, or leaves it as it is when it is there.
 * @throws AssayError when the recipe does not hold the windows of a run, or the folder cannot be written
 */
export async function prepareRun(input: RunInput): Promise<{ spec: RunSpec; folder: string }> {
  const { runs, recipe, seed, evaluation } = input;
  makeFolder(runs);
  const model = proxyModel(input.proxy, input.tokenizer.vocabularySize);
  const init = await writeInitialWeights(input.initialWeights, model, seed);
  const prefix = `.preparing-${recipe.name}-s${seed}-`;
  removeAbandoned(runs, prefix);
  const folder = join(runs, `${prefix}${process.pid}`);
  makeFolder(folder);
  const { recipe: planned, sources, planRandom: random, proxy } = input;
  const plan = await writePlan(folder, { recipe: planned, context: proxy.context, sources, random });
  const spec = resolveSpec(input, model, plan, init.hash);

  const target = join(runs, spec.id);
  if (readJson(join(target, runFiles.spec)) === undefined) {
    makeFolder(join(folder, runFiles.evaluation));
    const files = ['evaluation.json', ...evaluation.evaluation.domains.map(({ file }) => file)];
    for (const file of files) {
      await linkOrCopy(join(evaluation.folder, file), join(folder, runFiles.evaluation, file));
    }
    await linkOrCopy(init.path, join(folder, runFiles.init));
    await writeJson(join(folder, runFiles.spec), spec);
    await moveInto(folder, target);
  } else {
    rmSync(folder, { recursive: true });
  }
  const present = readRunSpec(target);
  if (present.hash === spec.hash) return { spec: present, folder: target };
  throw new AssayError(target, 'holds another run', {
    expected: `hash ${spec.hash}`,
    got: present.hash,
    fix: 'Delete the folder and run the same command again.',
  });
}

/** The proxy model of a study. */
export function proxyModel(proxy: Pick<ProxySpec, 'model' | 'context'>, vocabularySize: number): Model {
  return buildModel(proxy.model, { vocabularySize, context: proxy.context });
}

function resolveSpec(
  input: RunInput,
  model: Model,
  plan: { hash: string; windows: number },
  initHash: string,
): RunSpec {
  const { proxy, recipe, seed, tokenizer } = input;
  const parameters = countParameters(model);
  const { steps, windows } = runLength(proxy, parameters);
  if (plan.windows !== windows) {
    throw new AssayError(`recipe "${recipe.name}"`, 'does not fill the run', {
      expected: `${windows} windows`,
      got: `${plan.windows}`,
    });
  }
  const { beta1, beta2, epsilon, weightDecay, gradientClip } = proxy;
  const deciding = {
    formatVersion: 1 as const,
    seed,
    model: proxy.model,
    parameters,
    vocabularySize: tokenizer.vocabularySize,
    endOfText: tokenizer.endOfText,
    tokenizerHash: tokenizer.hash,
    context: proxy.context,
    batch: proxy.batch,
    microBatch: proxy.microBatch ?? defaultMicroBatch(model, proxy.batch),
    threads: input.threads,
    steps,
    evaluateEvery: evaluationInterval(proxy.evaluateEvery, steps),
    schedule: resolveSchedule(proxy, steps),
    optimizer: { beta1, beta2, epsilon, weightDecay, gradientClip },
    planHash: plan.hash,
    evaluationHash: input.evaluation.evaluation.hash,
    engine: engineIdentity(),
  };
  const hash = hashOf({ stage: stageVersions.train, init: initHash, ...deciding });
  const id = `${recipe.name}-s${seed}-${hash.slice(0, 8)}`;
  return {
    id,
    hash,
    study: input.study,
    recipe: recipe.name,
    keepOptimizer: input.keepOptimizer,
    ...deciding,
  };
}

/** The largest that keeps activations within a fixed budget; one window, if that is over it already. */
function defaultMicroBatch(model: Model, batch: number): number {
  const state = 2 * stepBytes(model, 1) - stepBytes(model, 2);
  return chooseMicroBatch(model, batch, Math.max(stepBytes(model, 1), state + activationBytes));
}

/** Puts the finished folder into place; another process may have done so already. */
async function moveInto(folder: string, target: string): Promise<void> {
  try {
    await rename(folder, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    rmSync(folder, { recursive: true });
  }
}

/** Removes what processes that are gone were preparing. */
function removeAbandoned(runs: string, prefix: string): void {
  for (const name of readdirSync(runs)) {
    if (!name.startsWith(prefix)) continue;
    try {
      process.kill(Number(name.slice(prefix.length)), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') continue;
      rmSync(join(runs, name), { recursive: true, force: true });
    }
  }
}
