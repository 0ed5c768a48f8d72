/** RegMix-D's online mode: the target's own losses at the begin of each stage decide the stage's mixture. */
import { join } from 'node:path';
import { AssayError } from '../../errors.js';
import { Random } from '../../random.js';
import { choose, phasesOf, rulesOf, stagesOf } from '../regmix-d/index.js';
import { type ControllerSpec, journalFolder, readController } from './files.js';
import { type SteerAnswer, type SteerEntry, SteerJournal } from './journal.js';
import { parseSteerRequest, StageConflict } from './request.js';

export interface Controller {
  readonly spec: ControllerSpec;
  /** Of what decides its answers. */
  readonly hash: string;
  /**
   * The mixture of the stage that is asked for. It is on disk before this returns, and the same request gets the same
   * answer ever after. Whatever is refused changes nothing.
   *
   * @param request anything: `{ stage, losses }` is checked
   * @throws AssayError for a malformed request
   * @throws StageConflict for a stage that is not the next, or was answered for other losses
   */
  next(request: unknown): SteerAnswer;
  entries(): readonly SteerEntry[];
}

/** @throws AssayError where the folder holds no controller */
export function openController(folder: string): Controller {
  const { hash, ...spec } = readController(folder);
  const journal = new SteerJournal(join(folder, journalFolder), hash);
  const { metrics } = spec.model;
  const stages = stagesOf(spec.model);
  return {
    spec,
    hash,
    entries: () => journal.entries(),
    next(value) {
      const request = parseSteerRequest(value, metrics);
      const { stage, losses } = request;
      const known = journal.entries();
      if (stage >= stages)
        throw new StageConflict('stage', 'training has no such stage', {
          expected: `0 to ${stages - 1}`,
          got: `${stage}`,
        });
      if (stage > known.length)
        throw new StageConflict('stage', 'is ahead of what was asked for', {
          expected: `at most ${known.length}`,
          got: `${stage}`,
        });
      if (stage === known.length) journal.append(request, answerTo(spec, known, losses));
      // Also where another process was first: what stands in the journal is the answer.
      const entry = journal.entries()[stage];
      if (entry === undefined) throw new AssayError('journal', 'has not kept the answer');
      const other = metrics.find((metric) => entry.losses[metric] !== losses[metric]);
      if (other === undefined) return entry.answer;
      throw new StageConflict(`stage ${stage}`, `was answered for another loss "${other}"`, {
        expected: 'the same request again, or the next stage',
      });
    },
  };
}

/** A function of the controller, the entries before and the losses: replaying gives the same bits. */
export function answerTo(
  { model, options, seed }: ControllerSpec,
  before: readonly SteerEntry[],
  losses: Record<string, number>,
): SteerAnswer {
  const { domains, metrics } = model;
  const stage = before.length;
  const observed = Float64Array.from(metrics, (metric) => losses[metric]!);
  const past = before.map(({ answer }) => Float64Array.from(domains, (domain) => answer.mixture[domain]!));
  const state = { stage, losses: observed, past };
  const { mixtures, relaxed } = choose(
    model,
    rulesOf(model, options),
    state,
    Random.fromSeed(seed).split('stage', stage),
  );
  const [phase] = phasesOf(model, stage, mixtures.slice(0, 1), observed);
  return { stage, stages: stagesOf(model), ...phase!, ...(relaxed.length > 0 && { relaxed }) };
}
