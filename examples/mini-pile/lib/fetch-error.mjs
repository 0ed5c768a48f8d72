/** A failure that is told in one message and a fix, without a stack. */
export class FetchError extends Error {
  constructor(problem, fix) {
    super(`${problem}\n${fix}`);
    this.name = 'FetchError';
  }
}
