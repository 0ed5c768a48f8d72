/** Hugging Face datasets: probabilities for `interleave_datasets`, which draws documents and not tokens. */
import { AssayError } from '../../errors.js';
import { type Exported, phaseNotes, tokenizerNote } from './format.js';
import type { PlannedDomain, TokenPlan } from './plan.js';

/**
 * A document of a domain is drawn with probability proportional to the domain's tokens over its mean document length.
 *
 * @throws AssayError for a domain whose tokens and documents are not both known
 */
export function toHfInterleave(plan: TokenPlan): Exported {
  const phases = plan.phases.map(({ tokens, startTokens, domainTokens }) => {
    const drawn = plan.domains.flatMap((domain, d) =>
      domainTokens[d] === 0 ? [] : [{ domain, documents: domainTokens[d]! / documentLength(domain) }],
    );
    const documents = drawn.reduce((sum, each) => sum + each.documents, 0);
    return {
      start_tokens: startTokens,
      tokens,
      documents: Math.round(documents),
      names: drawn.map(({ domain }) => domain.name),
      paths: drawn.map(({ domain }) => domain.paths.map(({ path }) => path)),
      probabilities: drawn.map((each) => each.documents / documents),
    };
  });
  return {
    files: [
      { name: 'interleave.json', text: `${JSON.stringify({ seed: 0, phases }, null, 2)}\n` },
      { name: 'interleave.py', text: program },
    ],
    notes: [
      tokenizerNote,
      'Documents are drawn at random, so shares of tokens hold on average only; `documents` is how many make up the tokens of a phase.',
      ...phaseNotes(plan),
    ],
  };
}

function documentLength({ name, tokens, documents }: PlannedDomain): number {
  if (tokens !== undefined && documents !== undefined && tokens > 0 && documents > 0)
    return tokens / documents;
  throw new AssayError(`domain "${name}"`, 'its mean document length is not known', {
    expected: '`tokens` and `documents` in the sources file',
    fix: 'interleave_datasets draws documents: without their length a share of tokens cannot be kept.',
  });
}

/** Small sources are begun again when they are used up, and the run ends after its number of documents. */
const program = `"""The mixture of interleave.json as one dataset: mixed({"web": dataset, ...})."""
import itertools
import json
from pathlib import Path

from datasets import interleave_datasets

plan = json.loads(Path(__file__).with_name("interleave.json").read_text())


def mixed(datasets, phase=0):
    """An iterator over the documents of a phase; \`datasets\` maps names to streaming datasets."""
    chosen = plan["phases"][phase]
    dataset = interleave_datasets(
        [datasets[name] for name in chosen["names"]],
        probabilities=chosen["probabilities"],
        seed=plan["seed"] + phase,
        stopping_strategy="all_exhausted",
    )
    return itertools.islice(dataset, chosen["documents"])
`;
