/** The words of the training text as one array of numbers, in which every history can be read backwards. */
import type { WordSink } from './split-words.js';
import { sentenceBegin, sentenceEnd, unknownWord, Vocabulary } from './vocabulary.js';

/** Stands before a sentence, where no word is; <unk> itself never occurs in training text. */
export const noWord = unknownWord;

export class TrainingText implements WordSink {
  readonly vocabulary = Vocabulary.empty();
  /** Without the marks of begin and end. */
  words = 0;
  sentences = 0;
  private tokens = new Int32Array(1 << 16);
  private length = 0;
  private insideSentence = false;

  /** @param order of the model: so many numbers are readable backwards from each word */
  constructor(private readonly order: number) {}

  word(units: Uint16Array, length: number, hash: number): void {
    const word = this.vocabulary.add(units, length, hash);
    // A raw text may spell the special words; they are no words of it.
    if (word <= sentenceEnd) return;
    if (!this.insideSentence) this.begin();
    this.append(word);
    this.words++;
  }

  /** A line without words is no sentence. */
  lineEnd(): void {
    if (!this.insideSentence) return;
    this.append(sentenceEnd);
    this.insideSentence = false;
    this.sentences++;
  }

  /** For each sentence order - 2 times `noWord`, <s>, its words, </s>. */
  get numbers(): Int32Array {
    return this.tokens.subarray(0, this.length);
  }

  /** Positions in `numbers` of the words that a model predicts: all words and </s>. */
  predicted(): Int32Array {
    const { numbers } = this;
    const positions = new Int32Array(this.words + this.sentences);
    let count = 0;
    for (let i = 0; i < numbers.length; i++) if (numbers[i]! >= sentenceEnd) positions[count++] = i;
    return positions;
  }

  private begin(): void {
    for (let i = 0; i < this.order - 2; i++) this.append(noWord);
    this.append(sentenceBegin);
    this.insideSentence = true;
  }

  private append(number: number): void {
    if (this.length === this.tokens.length) {
      const longer = new Int32Array(2 * this.tokens.length);
      longer.set(this.tokens);
      this.tokens = longer;
    }
    this.tokens[this.length++] = number;
  }
}
