/**
 * Trains an n-gram model with interpolated modified Kneser-Ney smoothing, as KenLM's lmplz does (Heafield et al. 2013,
 * "Scalable Modified Kneser-Ney Language Model Estimation").
 *
 * All n-grams are counted in memory, at their peak about 100 bytes a word of training text. The result depends on the
 * text alone. One difference to lmplz: it enters the very last n-grams of its sort into the counts that discounts are
 * estimated from with their occurrences, we with their adjusted counts as all others; this touches at most one n-gram
 * an order.
 */
import { totalmem } from 'node:os';
import { AssayError, ExitCode } from '../../errors.js';
import { characterTable, type WordForm } from './characters.js';
import { countGrams } from './count-grams.js';
import { type Discounts, estimateDiscounts } from './discounts.js';
import { estimate } from './estimate.js';
import { gramsByOrder, type LanguageModel } from './model.js';
import { highestOrder } from './model-layout.js';
import { packModel } from './pack.js';
import { splitWords } from './split-words.js';
import { sortBySuffix } from './suffix-order.js';
import { TrainingText } from './training-text.js';

const bytesPerWord = 100;
/** Positions of words, with those that pad sentences, are numbers of 32 bits. */
const mostWords = 2 ** 28;

export interface TrainOptions {
  /** Words of the longest n-grams, 2 to 10. Default 5. */
  order?: number;
  /** How text becomes words. Default 'normalised'. */
  words?: WordForm;
  /**
   * By order from 1: n-grams that occur at most so often are left out. Must not fall; the last value holds for all
   * higher orders. Default [0]. Example: [0, 0, 1] leaves out trigrams and longer that occur once.
   */
  prune?: readonly number[];
  /** Use discounts 0.5, 1 and 1.5 for an order whose counts do not allow an estimate. Default: an error. */
  discountFallback?: boolean;
}

export interface Training {
  model: LanguageModel;
  /** Lines that hold words. */
  sentences: number;
  /** Without the marks of sentence begin and end. */
  words: number;
  /** n-grams of the model by order from 1. */
  grams: number[];
  /** By order from 1. */
  discounts: Discounts[];
}

/**
 * @param texts documents; each of their lines is a sentence
 * @throws AssayError for text without words, or too little or too regular to estimate discounts from
 */
export async function trainLanguageModel(
  texts: AsyncIterable<string> | Iterable<string>,
  options: TrainOptions = {},
): Promise<Training> {
  const { order = 5, words: form = 'normalised', discountFallback = false } = options;
  const prune = pruneByOrder(options.prune ?? [0], order);

  const text = new TrainingText(order);
  const table = characterTable(form);
  for await (const document of texts) {
    splitWords(document, table, text);
    checkMemory(text.words);
  }
  const { vocabulary, sentences, words } = text;
  if (words === 0) throw new AssayError('training text', 'holds no words', { fix: 'Give other files.' });

  // Text sorted by suffix yields the n-grams of all orders in one walk.
  const sorted = sortBySuffix(text.numbers, text.predicted(), order, vocabulary.count);
  const levels = countGrams(text.numbers, sorted, order, vocabulary.count);

  const discounts = levels.map((level, i) => estimateDiscounts(level, i + 1, discountFallback));
  const estimates = estimate(levels, discounts, prune);
  const model = packModel(form, vocabulary, levels, estimates, prune);
  return { model, sentences, words, grams: gramsByOrder(model), discounts };
}

/** Stops while the text is read, before the machine is short of memory. */
function checkMemory(words: number): void {
  const most = Math.min(Math.floor(totalmem() / bytesPerWord), mostWords);
  if (words <= most) return;
  throw new AssayError('training text', 'too long for the memory of this machine', {
    expected: `at most ${most.toLocaleString('en')} words`,
    fix: 'Train on a part of it.',
    exitCode: ExitCode.system,
  });
}

function pruneByOrder(prune: readonly number[], order: number): number[] {
  const wrong = (expected: string, got: string) =>
    new AssayError('language model', 'cannot be trained so', { expected, got, exitCode: ExitCode.usage });
  if (!Number.isInteger(order) || order < 2 || order > highestOrder) {
    throw wrong(`an order from 2 to ${highestOrder}`, `${order}`);
  }
  const sound = prune.every(
    (least, i) => Number.isInteger(least) && least >= 0 && least >= (i === 0 ? 0 : prune[i - 1]!),
  );
  if (!sound || prune.length < 1 || prune.length > order) {
    throw wrong(`1 to ${order} counts to prune by that do not fall`, prune.join(' '));
  }
  return Array.from({ length: order }, (_, i) => prune[Math.min(i, prune.length - 1)]!);
}
