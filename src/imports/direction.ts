/** Whether more of a metric is better, told by its name where the mapping does not say. */
import { type Mapping, matches } from './mapping.js';

const loss = /loss|nll|ppl|perplexity|bpb|bits|nats|entropy/i;
const score = /(^|[^a-z])(acc|accuracy|exact_match|em|f1|correct|pass|score|bleu|rouge|auc)([^a-z]|$)/i;
/** Benchmarks whose result is an accuracy unless its name says otherwise. */
const benchmark =
  /^(arc|boolq|commonsense_?qa|csqa|hellaswag|mmlu|openbook_?qa|obqa|piqa|sciq|social_?iqa|winogrande)/i;

/** A name that says nothing is that of a domain, and what is measured on it a loss. */
export function betterOf(
  name: string,
  { higher, lower }: Pick<Mapping, 'higher' | 'lower'>,
): 'lower' | 'higher' {
  if (matches(name, lower)) return 'lower';
  if (matches(name, higher)) return 'higher';
  if (loss.test(name)) return 'lower';
  return score.test(name) || benchmark.test(name) ? 'higher' : 'lower';
}
