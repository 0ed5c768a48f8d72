/** A trainer's parameters and moments: one array each, which a step reads and then overwrites. */
import type { Tensor } from 'onnxruntime-node';
import { AssayError } from '../../errors.js';
import { floatTensor, sizeOf } from '../../graph/index.js';
import type { Model } from '../../model/index.js';
import type { TrainState } from '../engine.js';
import { named } from './step-graph.js';

export class Values {
  /** By the names of a step's inputs; zeros until a state is loaded. */
  readonly tensors: Readonly<Record<string, Tensor>>;

  constructor(private readonly model: Model) {
    this.tensors = Object.fromEntries(
      model.parameters.flatMap(({ name, shape }) =>
        [name, named.firstMoment(name), named.secondMoment(name)].map((key) => [
          key,
          floatTensor(new Float32Array(sizeOf(shape)), shape),
        ]),
      ),
    );
  }

  /** The values themselves, not a copy. */
  data(name: string): Float32Array {
    return this.tensors[name]!.data as Float32Array;
  }

  get parameters(): Record<string, Tensor> {
    return Object.fromEntries(this.model.parameters.map(({ name }) => [name, this.tensors[name]!]));
  }

  /**
   * Replaces all values; a parameter without moments gets zeros.
   * @throws AssayError for a parameter that is missing, or an array of the wrong length
   */
  load({ parameters, firstMoments, secondMoments }: TrainState): void {
    for (const { name } of this.model.parameters) {
      copy(name, parameters.get(name) ?? new Float32Array(0), this.data(name));
      const moments = [
        [firstMoments.get(name), this.data(named.firstMoment(name))],
        [secondMoments.get(name), this.data(named.secondMoment(name))],
      ] as const;
      for (const [from, to] of moments) {
        if (from === undefined) to.fill(0);
        else copy(name, from, to);
      }
    }
  }

  /** Copies, safe to keep while training goes on. */
  copy(): Omit<TrainState, 'step'> {
    return {
      parameters: this.copies((name) => name),
      firstMoments: this.copies(named.firstMoment),
      secondMoments: this.copies(named.secondMoment),
    };
  }

  /** By parameter, a copy of the value that is named after it. */
  copies(key: (name: string) => string): Map<string, Float32Array> {
    return new Map(this.model.parameters.map(({ name }) => [name, this.data(key(name)).slice()]));
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
