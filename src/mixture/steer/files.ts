/** A controller on disk: what it was made from, written once, beside the journal of what it has answered. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import {
  hashOf,
  linkOrCopy,
  makeFolder,
  readingSync,
  readJson,
  writeFileDurably,
  writeJson,
} from '../../store/index.js';
import type { ScheduleOptions } from '../regmix-d/index.js';
import {
  type MixtureSchedule,
  modelFromJson,
  modelToJson,
  type StageModel,
  type StageModelJson,
} from '../regmix-d/index.js';
import type { FittedJson } from '../regressors/regressor.js';
import { optionsFromJson, optionsToJson, type ScheduleOptionsJson } from './options-json.js';

export interface ControllerSpec {
  model: StageModel;
  options: ScheduleOptions;
  /** Draws of every stage come from it. */
  seed: string;
  /** The offline schedule, to compare with. */
  schedule: MixtureSchedule;
}

interface ControllerFile {
  formatVersion: 1;
  model: StageModelJson;
  /** [groups] SHA-256 of the file of each. */
  fits: string[];
  options: ScheduleOptionsJson;
  seed: string;
  schedule: MixtureSchedule;
}

export const journalFolder = 'journal';
const mark = 'controller.json';

/**
 * Writes `controller.json` last: where it stands, the rest is whole.
 *
 * @throws AssayError where the folder holds a controller already
 */
export async function writeController(
  folder: string,
  { model, options, seed, schedule }: ControllerSpec,
): Promise<void> {
  if (existsSync(join(folder, mark)))
    throw new AssayError(folder, 'holds a controller already', {
      fix: 'Name another folder: a controller keeps what it has answered.',
    });
  makeFolder(folder);
  const { shape, fits } = modelToJson(model);
  const hashes: string[] = [];
  for (const [group, ofMetrics] of fits.entries()) {
    const text = JSON.stringify(ofMetrics);
    await writeFileDurably(join(folder, fitsFile(group)), text);
    hashes.push(sha256(text));
  }
  const file: ControllerFile = {
    formatVersion: 1,
    model: shape,
    fits: hashes,
    options: optionsToJson(options, model),
    seed,
    schedule,
  };
  await writeJson(join(folder, mark), file);
}

/**
 * The same controller in another folder, which has answered nothing yet; where one is there already, it stays.
 *
 * @throws AssayError where the folder holds another controller, or the first no controller
 */
export async function copyController(from: string, to: string): Promise<void> {
  const { hash } = readController(from);
  if (existsSync(join(to, mark))) {
    const got = readController(to).hash;
    if (got === hash) return;
    throw new AssayError(to, 'holds another controller', {
      ...{ expected: hash, got },
      fix: 'Delete the folder, or name another.',
    });
  }
  makeFolder(to);
  const { fits } = readJson<ControllerFile>(join(from, mark))!;
  for (const group of fits.keys()) await linkOrCopy(join(from, fitsFile(group)), join(to, fitsFile(group)));
  await linkOrCopy(join(from, mark), join(to, mark));
}

/**
 * Fits are read when they are first needed, and must be those that were written.
 *
 * @returns also the hash of what decides the answers
 * @throws AssayError where there is no controller, or one that this version does not read
 */
export function readController(folder: string): ControllerSpec & { hash: string } {
  const file = readJson<ControllerFile>(join(folder, mark));
  if (file?.formatVersion !== 1)
    throw new AssayError(folder, 'holds no controller that this version reads', {
      expected: `a folder with ${mark}`,
      fix: 'Make one with `assay steer plan`.',
    });
  const model = modelFromJson(file.model, (group) => {
    const path = join(folder, fitsFile(group));
    const bytes = readingSync(path, () => readFileSync(path));
    if (sha256(bytes) !== file.fits[group])
      throw new AssayError(path, `not what ${mark} names`, { expected: `SHA-256 ${file.fits[group]}` });
    return JSON.parse(bytes.toString('utf8')) as FittedJson[];
  });
  return {
    model,
    options: optionsFromJson(file.options, model.domains),
    seed: file.seed,
    schedule: file.schedule,
    hash: hashOf(file),
  };
}

function fitsFile(group: number): string {
  return `fits-${group}.json`;
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
