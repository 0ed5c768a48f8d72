/**
 * Which steps of a run the gradient alignment is measured at, and on what (arXiv 2512.24503, D.2.4).
 *
 * Every `alignmentEvery`-th step is measured, from the first, and stands for those up to the next one. A measurement takes
 * a backward pass over validation windows: together half as many as a batch, the same number of each domain, at least one,
 * evenly spaced and always the same.
 */
import type { AlignmentMetric, RunSpec } from '../records.js';
import { type EvaluationReader, meanOfDomain, type WeightedWindows } from '../validation/index.js';
import { sumOfRates } from './schedule.js';

/** Validation windows of a measurement as a share of a batch. */
const batchShare = 0.5;

export class AlignmentSampler {
  private constructor(
    private readonly spec: RunSpec,
    private readonly every: number,
    /** By domain. */
    private readonly domains: ReadonlyMap<string, WeightedWindows>,
  ) {}

  /** Undefined for a run that is not to be measured. */
  static open(spec: RunSpec, reader: EvaluationReader): AlignmentSampler | undefined {
    if (spec.alignmentEvery === undefined) return undefined;
    const { domains } = reader.evaluation;
    const each = Math.floor((batchShare * spec.batch) / domains.length);
    const losses = domains.map((domain) => [domain.name, meanOfDomain(reader, domain, each)] as const);
    return new AlignmentSampler(spec, spec.alignmentEvery, new Map(losses));
  }

  /** The mean loss on some windows of each domain. */
  get losses(): readonly WeightedWindows[] {
    return [...this.domains.values()];
  }

  /** Steps before the next one that is measured. */
  stepsBefore(stepsDone: number): number {
    return (this.every - (stepsDone % this.every)) % this.every;
  }

  /**
   * @param step that was measured, from 1
   * @param products in the order of `losses`
   */
  measured(step: number, products: readonly number[]): Omit<AlignmentMetric, 'kind' | 'tokens'> {
    const end = Math.min(this.spec.steps, step - 1 + this.every);
    return {
      step,
      steps: end - (step - 1),
      reach: sumOfRates(this.spec.schedule, step - 1, end),
      domains: Object.fromEntries([...this.domains.keys()].map((name, i) => [name, products[i]!])),
    };
  }
}
