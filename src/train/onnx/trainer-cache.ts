/**
 * The trainer of the last run, kept for the next: the runs of a study have one shape, and compiling its graphs takes
 * longer than loading other weights into them.
 */
import type { Model } from '../../model/index.js';
import { hashOf } from '../../store/index.js';
import type { Trainer, TrainerOptions } from '../engine.js';
import { compileOnnxTrainer } from './trainer.js';

export class TrainerCache {
  private kept: { key: string; trainer: Trainer } | undefined;

  /** @param compile makes a trainer of a shape */
  constructor(private readonly compile: typeof compileOnnxTrainer = compileOnnxTrainer) {}

  /**
   * A trainer of this shape, in the state that its last user left it in; one at a time. A trainer of another shape is
   * disposed of before the new one takes memory.
   */
  async get(model: Model, options: TrainerOptions): Promise<Trainer> {
    const { config, vocabularySize, context } = model;
    const key = hashOf({ config, vocabularySize, context, options });
    if (this.kept?.key !== key) {
      await this.dispose();
      this.kept = { key, trainer: await this.compile(model, options) };
    }
    return this.kept.trainer;
  }

  async dispose(): Promise<void> {
    const { kept } = this;
    this.kept = undefined;
    await kept?.trainer.dispose();
  }
}
