/** The floating-point floor: the share of parameter updates that float32 rounds away, measured by real steps. */
import type { Trainer, TrainState } from '../train/index.js';

/** 2⁻²³, the gap between 1 and the next float32: updates of parameters of size 1 below it are lost (appendix C). */
export const float32Floor = 2 ** -23;

/**
 * Takes one step from `state` and counts the parameters that it leaves as they are though their update is not 0.
 * @param windows one batch [batch, context + 1]
 * @returns their share of the parameters whose update is not 0
 */
export async function roundedAway(
  trainer: Trainer,
  state: TrainState,
  windows: Int32Array,
  learningRate: number,
): Promise<number> {
  trainer.load(state);
  await trainer.step(windows, learningRate);
  const after = trainer.state();
  let moving = 0;
  let same = 0;
  for (const [name, before] of state.parameters) {
    const now = after.parameters.get(name)!;
    const moment = after.firstMoments.get(name)!;
    for (let i = 0; i < before.length; i++) {
      if (moment[i] === 0) continue;
      moving++;
      if (now[i] === before[i]) same++;
    }
  }
  return moving === 0 ? 0 : same / moving;
}

export interface RoundingPoint {
  learningRate: number;
  /** Of the updates that are not 0. */
  share: number;
}

/** The rate at which half of the updates are lost, between two measured ones on a logarithmic scale. */
export function measuredFloor(points: readonly RoundingPoint[]): number | undefined {
  const falling = [...points].sort((a, b) => a.learningRate - b.learningRate);
  const at = falling.findIndex(({ share }) => share < 0.5);
  if (at <= 0) return undefined;
  const [low, high] = [falling[at - 1]!, falling[at]!];
  const part = (low.share - 0.5) / (low.share - high.share);
  return low.learningRate * (high.learningRate / low.learningRate) ** part;
}
