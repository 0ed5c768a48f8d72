/** Copies a state into a trainer's buffers, and refuses one that does not fit the model. */
import { AssayError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import type { TrainState } from '../engine.js';
import type { PingPong } from './buffers.js';
import { named } from './step-graph.js';

/**
 * @param values all of them are replaced; a parameter without moments gets zeros
 * @throws AssayError for a parameter that is missing, or an array of the wrong length
 */
export function loadState(model: Model, state: TrainState, values: PingPong): void {
  for (const { name } of model.parameters) {
    copy(name, state.parameters.get(name) ?? new Float32Array(0), values.data(name));
    const moments = [
      [state.firstMoments.get(name), named.firstMoment(name)],
      [state.secondMoments.get(name), named.secondMoment(name)],
    ] as const;
    for (const [array, key] of moments) {
      if (array === undefined) values.data(key).fill(0);
      else copy(key, array, values.data(key));
    }
  }
}

function copy(name: string, from: Float32Array, to: Float32Array): void {
  if (from.length !== to.length) {
    throw new AssayError(`parameter "${name}"`, 'does not fit the model', {
      expected: `${to.length} values`,
      got: from.length === 0 ? 'none' : String(from.length),
    });
  }
  to.set(from);
}
