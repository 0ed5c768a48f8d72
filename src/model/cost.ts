/** What a model costs: arithmetic per token, and memory of a training step. */
import { AssayError, ExitCode } from '../errors.js';
import { sizeOf } from '../graph/index.js';
import { rowsOfLogits } from './forward.js';
import { countParameters, type Model } from './model.js';

/**
 * Floating-point operations per trained token: 6 per parameter of a matrix product (a multiplication and an addition,
 * forward and twice backward), the vocabulary projection included and the embedding look-up not, and
 * 12 · width · keys a layer for the two products of attention, where keys is the context, or the window of a local
 * layer. Recomputation counts for nothing.
 */
export function flopsPerToken(model: Model): number {
  const { attentionWidth, keys } = model.cost;
  return 6 * matrixParameters(model) + 12 * attentionWidth * keys.reduce((total, count) => total + count, 0);
}

/** Parameters of all matrix products. The tied table counts once, for the projection to the vocabulary. */
function matrixParameters(model: Model): number {
  return model.parameters
    .filter(({ multiplied }) => multiplied)
    .reduce((total, { shape }) => total + sizeOf(shape), 0);
}

/** Parameters from which on the update of a step is done slice by slice; see train/onnx. */
const largeModel = 2 ** 23;

export const isLarge = (model: Model): boolean => countParameters(model) >= largeModel;

/** What ONNX Runtime's allocator holds for each byte of activations. */
const allocatorOverhead = 1.15;
/** Bytes of a process that has loaded ONNX Runtime and trains nothing yet. */
const runtimeBytes = 2e8;
/**
 * Arrays of the size of all parameters that live at once: parameters, two moments, the sum of gradients before and after
 * a pass, and what a call hands over: the first three, as a new array and as its copy, or the gradients of a large model.
 */
const stateArrays = { usual: 11, large: 7.5 };

/**
 * Estimated peak bytes of a process that trains with passes of `microBatch` windows: the state, the activations that
 * live until the backward pass, and three arrays of logits. Measured peaks of ten models of all families, from 0.2 to
 * 6 GB, were 1 to 20 % lower.
 */
export function stepBytes(model: Model, microBatch: number): number {
  const { layers, width, heads } = model.config;
  const { context, vocabularySize } = model;
  const tokens = microBatch * context;
  const perToken = layers * (model.cost.activations + heads * context) + 8 * width;
  const logits = 3 * Math.min(tokens, rowsOfLogits(vocabularySize, width)) * vocabularySize;
  const state = countParameters(model) * (isLarge(model) ? stateArrays.large : stateArrays.usual);
  return runtimeBytes + 4 * (state + allocatorOverhead * (tokens * perToken + logits));
}

/**
 * Tokens per pass beyond which larger passes are no faster, because their activations no longer fit into the caches: 8 MiB
 * of a layer's hidden units, but no fewer than 2048, below which products get slow.
 */
const enoughTokens = ({ config }: Model): number => Math.max(2048, 2 ** 21 / config.mlpWidth);

/**
 * Windows per pass: the largest divisor of `batch` with no more tokens than that (or one window) whose step fits into
 * `memoryBytes`. Larger passes were measured to be up to 25 % slower, and never faster.
 * @throws AssayError when one window does not fit
 */
export function chooseMicroBatch(model: Model, batch: number, memoryBytes: number): number {
  for (let microBatch = batch; microBatch > 1; microBatch--) {
    const fits =
      microBatch * model.context <= enoughTokens(model) && stepBytes(model, microBatch) <= memoryBytes;
    if (batch % microBatch === 0 && fits) return microBatch;
  }
  if (stepBytes(model, 1) <= memoryBytes) return 1;
  throw new AssayError('micro-batch', 'not enough memory for one window', {
    expected: `at least ${stepBytes(model, 1)} bytes`,
    got: String(memoryBytes),
    fix: 'Use a smaller model or a shorter context.',
    exitCode: ExitCode.system,
  });
}
