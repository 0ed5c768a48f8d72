/** What is wrong with a condition, and where. */
import { AssayError, type ErrorDetails, ExitCode } from '../errors.js';

export class ConditionError extends AssayError {
  /**
   * @param condition as it was written
   * @param position index in it of what the problem is about
   */
  constructor(
    condition: string,
    readonly position: number,
    problem: string,
    details: ErrorDetails = {},
  ) {
    const shown = condition.length > 80 ? `${condition.slice(0, 79)}…` : condition;
    super(`condition "${shown}", character ${position + 1}`, problem, {
      exitCode: ExitCode.study,
      ...details,
    });
  }
}
