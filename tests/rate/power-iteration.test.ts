/** The spectral norm by products alone: of a matrix that is known, and of one whose products are not finite. */
import { expect, test } from 'vitest';
import { spectralNorm } from '../../src/rate/index.js';

const space = {
  innerProduct: async (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0),
  scale: async (v: number[], factor: number) => {
    for (let i = 0; i < v.length; i++) v[i]! *= factor;
  },
  release: async () => {},
};
const diagonal = (entries: number[]) => async (v: number[]) => v.map((x, i) => entries[i]! * x);

test('is the largest absolute eigenvalue, of a negative one too', async () => {
  const norm = await spectralNorm(space, diagonal([3, -5, 1]), [1, 1, 1]);
  expect(norm.converged).toBe(true);
  expect(Math.abs(norm.value / 5 - 1)).toBeLessThan(0.005);
});

test('a product that is not finite ends it with one message', async () => {
  await expect(spectralNorm(space, diagonal([3, Number.NaN]), [1, 1])).rejects.toThrow(
    'curvature: a product with the matrix of second derivatives is not finite, got NaN',
  );
});
