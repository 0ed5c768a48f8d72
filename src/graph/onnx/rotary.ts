/** ONNX for rotary positions: ONNX Runtime's `RotaryEmbedding`, one pass over the array, with constant tables. */
import type { Attributes, Node } from '../ops.js';
import type { Emitter } from './emitter.js';

export function emitRotary(emitter: Emitter, { shape, attributes }: Node<'rotary'>, x: string): string {
  const { heads, dimensions, base, reverse } = attributes;
  const t = shape[1]!;
  const key = `${t} ${dimensions} ${base}`;
  const half = [t, dimensions / 2];
  const cosines = emitter.floats(`cos ${key}`, half, () => angles(t, attributes).map(Math.cos));
  const sines = emitter.floats(`${reverse ? '-' : ''}sin ${key}`, half, () =>
    angles(t, attributes).map((angle) => (reverse ? -Math.sin(angle) : Math.sin(angle))),
  );
  return emitter.call({
    type: 'RotaryEmbedding',
    domain: 'com.microsoft',
    inputs: [x, emitter.integers([0]), cosines, sines],
    attributes: { num_heads: { int: heads }, rotary_embedding_dim: { int: dimensions } },
  });
}

/** [t, dimensions / 2]; frequencies and angles are rounded to float32, as in the models' published code. */
function angles(t: number, { dimensions, base }: Attributes<'rotary'>): Float32Array {
  const half = dimensions / 2;
  const frequencies = Float32Array.from(
    { length: half },
    (_, i) => 1 / Math.fround(base ** Math.fround((2 * i) / dimensions)),
  );
  return Float32Array.from({ length: t * half }, (_, i) => Math.floor(i / half) * frequencies[i % half]!);
}
