/**
 * Seeded randomness, splittable by name.
 *
 * Nothing in Assay draws from a global generator: whoever needs randomness is handed a `Random`. Splitting by
 * name means that a new consumer never shifts the numbers that an old one sees.
 */
import { createHash } from 'node:crypto';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

export class Random {
  private readonly generator;
  private spareNormal: number | undefined;

  private constructor(private readonly key: string) {
    const digest = createHash('sha256').update(key).digest();
    this.generator = xoroshiro128plusFromState([0, 4, 8, 12].map((at) => digest.readInt32LE(at)));
  }

  static fromSeed(seed: number | string): Random {
    return new Random(`seed:${seed}`);
  }

  /** An independent generator, a function of this generator's key and the names only (not of draws made). */
  split(...names: (string | number)[]): Random {
    return new Random(`${this.key}/${names.join('/')}`);
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    return this.generator.next() >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform integer in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * Math.log(s)) / s);
        this.spareNormal = v * scale;
        return u * scale;
      }
    }
  }

  /** Fisher–Yates, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
