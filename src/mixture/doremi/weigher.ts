/** The weights of domains through a run: what each token of a batch counts, and a record that a later process takes up. */
import { excessLosses } from './excess.js';
import type { DoremiOptions } from './options.js';
import { tokenWeights } from './token-weights.js';
import { meanWeights, startWeights, updateWeights } from './weights.js';

/** Of one step, by domain: all that its update came from, and what it led to. */
export interface WeightsLine {
  /** Nats per token; null for a domain that the batch lacks. */
  excess: Record<string, number | null>;
  weights: Record<string, number>;
}

/** A batch under the proxy as it stands, and under the reference. */
export interface ComparedBatch {
  /** [windows] Name of the domain of each. */
  sources: readonly string[];
  /** [windows, context] Nats. */
  losses: Float32Array;
  /** [windows, context] Nats. */
  reference: Float32Array;
}

export class DomainWeigher {
  private readonly domains: readonly string[];
  private readonly sampling: readonly number[];
  private state;

  /**
   * @param sampling share of each domain in the batches
   * @throws AssayError as `startWeights`
   */
  constructor(
    sampling: Readonly<Record<string, number>>,
    private readonly options: DoremiOptions,
    vocabularySize: number,
  ) {
    this.domains = Object.keys(sampling);
    this.sampling = Object.values(sampling);
    this.state = startWeights(this.sampling, options, vocabularySize);
  }

  /** Updates the weights by a batch, before the proxy learns from it. @returns weights [windows, context] */
  weigh({ sources, losses, reference }: ComparedBatch): { weights: Float32Array; line: WeightsLine } {
    const domainOf = sources.map((source) => this.domains.indexOf(source));
    const measured = excessLosses(losses, reference, domainOf, this.domains.length);
    this.state = updateWeights(this.state, measured, this.options);
    const { weights } = this.state;
    const context = losses.length / sources.length;
    const { sampling, options } = this;
    return {
      weights: tokenWeights({ weights, domainOf, context, sampling, objective: options.objective }),
      line: { excess: this.named(measured.map((excess) => excess ?? null)), weights: this.named(weights) },
    };
  }

  /** Takes up a step of an earlier process; all of them in order give the state that it had, bit for bit. */
  replay({ excess }: WeightsLine): void {
    const measured = this.domains.map((domain) => excess[domain] ?? undefined);
    this.state = updateWeights(this.state, measured, this.options);
  }

  /** The answer so far. */
  mean(): Record<string, number> {
    return this.named(meanWeights(this.state));
  }

  private named<T>(values: readonly T[]): Record<string, T> {
    return Object.fromEntries(this.domains.map((domain, d) => [domain, values[d]!]));
  }
}
