/**
 * Makes a run folder from its inputs. Everything that decides the result is hashed into `RunSpec.hash`.
 *
 * The folder is prepared beside its place and renamed into it, so a run folder is whole or absent.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../errors.js';
import { graphToJson } from '../graph/index.js';
import { countParameters, type Model } from '../model/index.js';
import { interleaving, orderKey, type PlanInput, writePlan, writeSupply } from '../recipe/index.js';
import type { Evaluation, Recipe, RunSpec, Study } from '../records.js';
import {
  hashOf,
  linkOrCopy,
  makeFolder,
  publish,
  readJson,
  stageVersions,
  temporaryFor,
  writeJson,
  writing,
} from '../store/index.js';
import { readOutcome, readRunSpec, runFiles } from './folder.js';
import { decidingPart, resolveEngine } from './identity.js';
import { writeInitialWeights } from './initial-weights.js';
import { resolveMicroBatch } from './micro-batch.js';
import { resolveSchedule } from './schedule.js';
import { requireEqualParts } from './torch/index.js';

export interface RunInput {
  /** Without an engine: the embedded one. */
  study: Pick<Study<number>, 'name' | 'proxy' | 'run'> & Partial<Pick<Study, 'engine'>>;
  /** Folder of results: runs lie in `runs`, initial weights in `initial`. */
  output: string;
  recipe: Recipe;
  seed: number;
  model: Model;
  /** As `planSteps` gives them. */
  steps: number;
  evaluateEvery: number;
  /** Of the run; part of what decides its bits. */
  threads: number;
  tokenizer: { hash: string; endOfText: number };
  /** Document order and token store of each source of the recipe. */
  sources: PlanInput['sources'];
  /** As `writeEvaluation` gives it. */
  evaluationFolder: string;
  /**
   * Phases are appended while the run trains: see `appendPhase`. Of the recipe, only which sources it has and how often
   * their windows may repeat counts. Default false.
   */
  online?: boolean;
}

/**
 * Makes `runs/<recipe>-s<seed>-<hash>`, or leaves it as it is when it is there.
 * @returns the run folder
 * @throws AssayError when the recipe does not hold the windows of a run, a folder cannot be written, there is no PyTorch
 *   for an engine that needs it, or its GPUs cannot have equal parts of a batch
 */
export async function prepareRun(input: RunInput): Promise<string> {
  const { output, recipe, seed, model, sources, study } = input;
  const engine = await resolveEngine(study.engine ?? { name: 'onnx' });
  requireEqualParts(study.proxy.batch, engine);
  const evaluation = readEvaluation(input.evaluationFolder);
  const init = await writeInitialWeights(join(output, 'initial'), model, seed);

  const runs = join(output, 'runs');
  makeFolder(runs);
  const folder = temporaryFor(join(runs, `.preparing-${recipe.name}-s${seed}`));
  makeFolder(folder);
  try {
    const key = orderKey(study.proxy.order, seed, recipe.name);
    const plan = { recipe, context: model.context, sources };
    const planHash = input.online
      ? (await writeSupply(folder, key, plan)).hash
      : await writeWholePlan(folder, key, plan, input);
    const spec = resolveSpec(input, engine, planHash, evaluation.hash, init.hash);
    const target = join(runs, spec.id);
    if (readJson(join(target, runFiles.spec)) === undefined) {
      makeFolder(join(folder, runFiles.evaluation));
      for (const file of ['evaluation.json', ...evaluation.domains.map(({ file }) => file)]) {
        await linkOrCopy(join(input.evaluationFolder, file), join(folder, runFiles.evaluation, file));
      }
      await linkOrCopy(init.path, join(folder, runFiles.init));
      await writeJson(join(folder, runFiles.graph), graphToJson(model.forward(spec.microBatch)));
      await writeJson(join(folder, runFiles.spec), spec);
      await writing(target, () => moveInto(folder, target));
    }
    await bringUpToDate(target, spec);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A folder that was there before: the same run, and if it has not ended, what does not decide its result as now asked. */
async function bringUpToDate(target: string, spec: RunSpec): Promise<void> {
  const present = readRunSpec(target);
  if (present.hash !== spec.hash) {
    throw new AssayError(target, 'holds another run', {
      expected: `hash ${spec.hash}`,
      got: present.hash,
      fix: 'Delete the folder and run the same command again.',
    });
  }
  if (hashOf(present) === hashOf(spec) || readOutcome(target, present) !== undefined) return;
  await writeJson(join(target, runFiles.spec), spec);
}

function readEvaluation(folder: string): Evaluation {
  const evaluation = readJson<Evaluation>(join(folder, 'evaluation.json'));
  if (evaluation !== undefined) return evaluation;
  throw new AssayError(folder, 'not an evaluation', { expected: 'evaluation.json' });
}

/** @returns the hash of its last phase, which follows from all before */
async function writeWholePlan(
  folder: string,
  key: string,
  plan: Omit<PlanInput, 'random'>,
  { steps, study: { proxy } }: RunInput,
): Promise<string> {
  const phases = await writePlan(folder, { ...plan, random: interleaving(key) });
  const windows = phases.reduce((sum, phase) => sum + phase.windows, 0);
  if (windows === steps * proxy.batch) return phases.at(-1)!.hash;
  throw new AssayError(`recipe "${plan.recipe.name}"`, 'does not fill the run', {
    expected: `${steps * proxy.batch} windows`,
    got: `${windows}`,
  });
}

function resolveSpec(
  input: RunInput,
  engine: RunSpec['engine'],
  planHash: string,
  evaluationHash: string,
  initHash: string,
): RunSpec {
  const { recipe, seed, model, steps, evaluateEvery, tokenizer } = input;
  const { proxy, run, name: study } = input.study;
  const { beta1, beta2, epsilon, weightDecay, gradientClip } = proxy;
  const deciding = {
    formatVersion: 1 as const,
    seed,
    model: proxy.model,
    parameters: countParameters(model),
    vocabularySize: model.vocabularySize,
    endOfText: tokenizer.endOfText,
    tokenizerHash: tokenizer.hash,
    context: model.context,
    batch: proxy.batch,
    microBatch: resolveMicroBatch(model, proxy, engine),
    threads: input.threads,
    steps,
    evaluateEvery,
    ...(proxy.alignmentEvery === undefined ? {} : { alignmentEvery: proxy.alignmentEvery }),
    schedule: resolveSchedule(proxy, steps),
    optimizer: { beta1, beta2, epsilon, weightDecay, gradientClip },
    planHash,
    evaluationHash,
  };
  const frozen = { stage: stageVersions.train, init: initHash, engine: decidingPart(engine) };
  const hash = hashOf({ ...frozen, ...deciding });
  const id = `${recipe.name}-s${seed}-${hash.slice(0, 8)}`;
  return { id, hash, study, recipe: recipe.name, keepOptimizer: run.keepOptimizer, ...deciding, engine };
}

/** Puts the finished folder into place; another process may have done so already. */
async function moveInto(folder: string, target: string): Promise<void> {
  try {
    await publish(folder, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
