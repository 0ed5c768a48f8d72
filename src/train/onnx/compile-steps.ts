/** Chooses how a model's steps are taken, and compiles them. */
import { AssayError, ExitCode } from '../../errors.js';
import { isLarge, type Model } from '../../model/index.js';
import { SlicedSteps } from './sliced-steps.js';
import { LoopedSteps } from './step-program.js';
import type { Stepper, StepperOptions } from './stepper.js';

/** @throws AssayError when microBatch does not divide batch, or the context is not the model's */
export function compileSteps(model: Model, options: StepperOptions): Promise<Stepper> {
  const { batch, microBatch, context, threads } = options;
  if (batch % microBatch !== 0 || context !== model.context) {
    throw new AssayError('trainer', 'batch does not fit', {
      expected: `a micro-batch that divides ${batch} and context ${model.context}`,
      got: `${microBatch} and ${context}`,
      exitCode: ExitCode.study,
    });
  }
  const way = isLarge(model) ? SlicedSteps : LoopedSteps;
  return way.compile(model, options, { threads });
}
