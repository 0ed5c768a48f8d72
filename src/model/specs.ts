/** Parameters as families list them. Matrices are [out, in], as in PyTorch's `Linear`. */
import type { Shape } from '../graph/index.js';
import type { Initialisation, ParameterSpec } from './model.js';

export const normal = (standardDeviation: number): Initialisation => ({ kind: 'normal', standardDeviation });

/** A factor of a matrix product. */
export const matrix = (name: string, shape: Shape, initialisation: Initialisation): ParameterSpec => ({
  name: `${name}.weight`,
  shape,
  decay: true,
  multiplied: true,
  initialisation,
});

/** A table that is looked up only. */
export const lookUp = (name: string, shape: Shape, initialisation: Initialisation): ParameterSpec => ({
  ...matrix(name, shape, initialisation),
  multiplied: false,
});

const vector = (name: string, length: number, kind: 'zeros' | 'ones'): ParameterSpec => ({
  name,
  shape: [length],
  decay: false,
  multiplied: false,
  initialisation: { kind },
});

/** @param name of the layer, as for its matrix */
export const bias = (name: string, length: number): ParameterSpec => vector(`${name}.bias`, length, 'zeros');

/** A weight and a bias. */
export const linear = (
  name: string,
  from: number,
  to: number,
  initialisation: Initialisation,
): ParameterSpec[] => [matrix(name, [to, from], initialisation), bias(name, to)];

export const layerNorm = (name: string, width: number): ParameterSpec[] => [
  vector(`${name}.weight`, width, 'ones'),
  bias(name, width),
];

/** @param start of the gain: zeros where the model adds 1 to it */
export const rmsNorm = (name: string, width: number, start: 'zeros' | 'ones' = 'ones'): ParameterSpec =>
  vector(`${name}.weight`, width, start);

/** The specs of every layer, in order. */
export const perLayer = (layers: number, block: (layer: number) => ParameterSpec[]): ParameterSpec[] =>
  Array.from({ length: layers }, (_, layer) => block(layer)).flat();
