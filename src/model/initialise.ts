/** Initial weights, a function of the seed and each parameter's name: the order of parameters does not matter. */
import { sizeOf } from '../graph/index.js';
import type { Random } from '../random.js';
import type { Model, ParameterSpec } from './model.js';

/** Arrays by parameter name, row-major. */
export function initialise(model: Model, random: Random): Map<string, Float32Array> {
  return new Map(model.parameters.map((spec) => [spec.name, draw(spec, random.split(spec.name))]));
}

function draw({ shape, initialisation }: ParameterSpec, random: Random): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  switch (initialisation.kind) {
    case 'zeros':
      return values;
    case 'ones':
      return values.fill(1);
    case 'normal':
      return values.map(() => initialisation.standardDeviation * random.normal());
    default:
      return initialisation satisfies never;
  }
}
