/** The Sobol sequence, and its random linear scrambling. */
import { AssayError } from '../../errors.js';
import type { Random } from '../../random.js';
import { directionNumbers } from './sobol-directions.js';

const bits = 30;

/**
 * `count` points of `dimensions` coordinates in [0, 1), each [dimensions]: the sequence of Sobol with the direction
 * numbers of Joe and Kuo (2008), in Gray-code order. A power of two of points is balanced, other numbers less so.
 * With `random`, each coordinate's generating matrix is multiplied by a random lower triangular one and all its points
 * are shifted digit by digit (Matoušek 1998), which keeps the balance and makes every point uniform.
 *
 * @throws AssayError for more dimensions than there are direction numbers for
 */
export function sobol(count: number, dimensions: number, random?: Random): Float64Array[] {
  if (dimensions > directionNumbers.length)
    throw new AssayError('design "sobol"', 'too many domains', {
      expected: `at most ${directionNumbers.length + 1}`,
      got: `${dimensions + 1}`,
      fix: 'Use the design "regmix" or "d-optimal".',
    });
  const points = Array.from({ length: count }, () => new Float64Array(dimensions));
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const plain = directions(dimension);
    const scramble = random?.split(dimension);
    const columns = scramble === undefined ? plain : linearScramble(plain, scramble);
    let state = scramble === undefined ? 0 : scramble.below(2 ** bits);
    for (let index = 0; index < count; index++) {
      points[index]![dimension] = state / 2 ** bits;
      state ^= columns[trailingOnes(index)]!;
    }
  }
  return points;
}

/** [bits] Columns of a coordinate's generating matrix, as integers whose highest bit is the first binary digit. */
function directions(dimension: number): number[] {
  const [polynomial, ...initial] = directionNumbers[dimension]!;
  const degree = initial.length;
  const numbers = [...initial];
  // The first coordinate is van der Corput's: all direction numbers are 1.
  if (degree === 0) numbers.push(...Array<number>(bits).fill(1));
  for (let i = numbers.length; i < bits; i++) {
    let next = numbers[i - degree]!;
    for (let j = 1; j <= degree; j++) if ((polynomial >>> (degree - j)) & 1) next ^= numbers[i - j]! << j;
    numbers.push(next);
  }
  return numbers.slice(0, bits).map((number, i) => number * 2 ** (bits - 1 - i));
}

function linearScramble(columns: number[], random: Random): number[] {
  // rows[i]: digit i of the result is the parity of these digits of the input; the digit itself is always among them.
  const rows = Array.from({ length: bits }, (_, i) => {
    const above = i === 0 ? 0 : random.below(2 ** i) * 2 ** (bits - i);
    return above + 2 ** (bits - 1 - i);
  });
  return columns.map((column) =>
    rows.reduce((result, row, i) => result + parity(row & column) * 2 ** (bits - 1 - i), 0),
  );
}

function parity(value: number): number {
  let odd = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) odd ^= 1;
  return odd;
}

function trailingOnes(value: number): number {
  return 31 - Math.clz32(~value & (value + 1));
}
