/** What a study of a given size does, counted: runs, tokens, validations, and the short runs of the search for the rate. */
import type { ProxySpec } from '../records.js';
import { planSteps } from '../train/index.js';
import { evaluationBudget } from '../validation/index.js';
import type { Stretch } from './path.js';

/** What of a study and its data decides the work, whatever the size. */
export interface StudyFacts {
  recipes: number;
  /** Tokens that each domain can validate on, by context. */
  domainTokens: (context: number) => number[];
  /** Pairs of a recipe and a source that it takes from, which bounds the streams of documents that are told apart. */
  streams: number;
  learningRate: number | 'tiny';
  evaluateEvery?: number;
  evaluationTokens?: number;
  alignmentEvery?: number;
}

/** A run, or a short one of the search. */
export interface RunWork {
  steps: number;
  trainedTokens: number;
  /** Of all validations. */
  validatedTokens: number;
  /** Trained tokens that measuring gradient alignment costs as much as. */
  alignmentTokens: number;
}

export interface StudyWork {
  runs: number;
  run: RunWork;
  /** Of one validation, all domains together. */
  validationTokens: number;
  /** Runs of the search for the rate, in the order in which they are started together; empty when the rate is given. */
  search: { runs: number; run: RunWork }[];
  /** Tokens whose gradients the search takes, curvature counted as the gradients that it costs. */
  gradientTokens: number;
}

/**
 * The search as `study-rate.ts` does it: six short runs, three longer ones around the best, one further where the best
 * lies at an edge (below, as a rule: short runs favour large rates), one at a tenth of the best, and the warm-up.
 */
const search = {
  waves: [
    { runs: 6, share: 1 / 16 },
    { runs: 3, share: 1 / 4 },
    { runs: 1, share: 1 / 4 },
    { runs: 1, share: 1 / 4 },
    { runs: 1, share: 0.1 },
  ],
  leastSteps: 50,
  validations: 9,
  leastValidationTokens: 2000,
};

/**
 * What a window costs whose alignment is measured, in trained windows: every 10 steps, half a batch took 7 to 8 % of the
 * time. As many windows are measured as half a batch has, but at least one of every validation domain.
 */
const alignment = { perWindow: 1.5, batchShare: 0.5 };

/**
 * Gradients at the common point: of each stream the mean and that of each window alone; of the validation sample about
 * 22 products with the Hessian (10 to 11 for SGD and for Adam on real text), each about 3 gradients.
 */
const gradients = { perStream: 3, perSample: 66, batches: 20 };

export function studyWork(facts: StudyFacts, stretch: Stretch, steps: number): StudyWork {
  const { batch, context, seeds } = stretch;
  const { evaluations, perDomain } = validationOf(facts, stretch, steps);
  const validationTokens = sampled(facts, context, perDomain);
  const trainedTokens = steps * batch * context;
  const { alignmentEvery } = facts;
  const measuredWindows = Math.max(alignment.batchShare * batch, facts.domainTokens(context).length);
  const alignmentTokens =
    alignmentEvery === undefined
      ? 0
      : Math.ceil(steps / alignmentEvery) * alignment.perWindow * measuredWindows * context;
  const tiny = facts.learningRate === 'tiny';
  const sample = gradients.batches * batch * context;
  return {
    runs: facts.recipes * seeds,
    run: { steps, trainedTokens, validatedTokens: evaluations * validationTokens, alignmentTokens },
    validationTokens,
    search: tiny
      ? search.waves.map(({ runs, share }) => ({ runs, run: searchWork(facts, stretch, steps, share) }))
      : [],
    gradientTokens: tiny ? sample * (gradients.perStream * facts.streams + gradients.perSample) : 0,
  };
}

/** How often a run validates, and on how many tokens of a domain at most. */
function validationOf(facts: StudyFacts, { batch, context }: Stretch, steps: number) {
  const trainTokens = steps * batch * context;
  const every: Pick<ProxySpec, 'evaluateEvery'> =
    facts.evaluateEvery === undefined ? {} : { evaluateEvery: facts.evaluateEvery };
  const { evaluateEvery } = planSteps({ tokens: { budget: trainTokens }, batch, context, ...every }, 0);
  const evaluations = 1 + Math.ceil(steps / evaluateEvery);
  const domains = facts.domainTokens(context).length;
  const perDomain = facts.evaluationTokens ?? evaluationBudget({ trainTokens, evaluations, domains });
  return { evaluations, perDomain };
}

function searchWork(facts: StudyFacts, { batch, context }: Stretch, steps: number, share: number): RunWork {
  const own = Math.min(steps, Math.max(search.leastSteps, Math.round(share * steps)));
  const shortest = Math.min(steps, Math.max(search.leastSteps, Math.round(steps / 16)));
  const perDomain = Math.max(
    search.leastValidationTokens,
    evaluationBudget({
      trainTokens: shortest * batch * context,
      evaluations: search.validations,
      domains: facts.domainTokens(context).length,
    }),
  );
  return {
    steps: own,
    trainedTokens: own * batch * context,
    validatedTokens: search.validations * sampled(facts, context, perDomain),
    alignmentTokens: 0,
  };
}

/** Validation takes no more of a domain than there is. */
const sampled = ({ domainTokens }: StudyFacts, context: number, perDomain: number): number =>
  domainTokens(context).reduce((sum, tokens) => sum + Math.min(tokens, perDomain), 0);
