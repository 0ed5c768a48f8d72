/** How many steps one call of the engine takes: more steps a call cost less, but are longer out of reach. */
/** Training in one call, at most: a stop waits so long, and progress shows so often. */
export const callSeconds = 2;

export class Pace {
  /** Of the last call; undefined before the first. */
  private secondsPerStep: number | undefined;

  /** @param seconds that a call should take at most */
  constructor(private readonly seconds: number) {}

  /** One at first, then as many as fit, from 1 to `most`. */
  steps(most: number): number {
    const fitting = this.secondsPerStep === undefined ? 1 : Math.floor(this.seconds / this.secondsPerStep);
    return Math.max(1, Math.min(most, fitting));
  }

  /** Runs a call of so many steps and remembers its time. */
  async time<T>(steps: number, call: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    const result = await call();
    this.secondsPerStep = (performance.now() - begin) / 1000 / steps;
    return result;
  }
}
