/**
 * Numbers that are a hash of a name and an index, the same as in fixtures/make-transformers-fixtures.py, so that
 * weights and directions need not be stored.
 */

/** 24-bit integers: FNV-1a of the name, xor index times 0x9E3779B1, through the finaliser of MurmurHash3. */
export function hashed(name: string, count: number): Int32Array {
  let seed = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  return Int32Array.from({ length: count }, (_, i) => {
    let x = seed ^ Math.imul(i, 0x9e3779b1);
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 8;
  });
}

/** In [−1, 1), each exact in float32. */
export const uniform = (name: string, count: number): Float64Array =>
  Float64Array.from(hashed(name, count), (x) => x / 2 ** 23 - 1);

/** Weights that give losses, gradients and curvatures far from 0. */
export function startingWeights(family: string, name: string, shape: readonly number[]): Float32Array {
  const u = uniform(
    name,
    shape.reduce((product, length) => product * length, 1),
  );
  if (shape.length === 2) return Float32Array.from(u, (x) => 0.25 * x);
  if (name.endsWith('bias')) return Float32Array.from(u, (x) => 0.1 * x);
  const centre = family === 'gemma3' ? 0 : 1;
  return Float32Array.from(u, (x) => centre + 0.3 * x);
}

/** Windows of tokens [batch, context + 1]. */
export const windowsOf = (name: string, length: number, vocabularySize: number): Int32Array =>
  hashed(name, length).map((x) => x % vocabularySize);
