/** OLMo-core: the list of sources of a source mixture (`SourceMixtureList`), in YAML. */
import { stringify } from 'yaml';
import { AssayError } from '../../errors.js';
import { type Exported, phaseFile, phaseNotes, tokenizerNote } from './format.js';
import type { PlannedDomain, TokenPlan } from './plan.js';

/** @throws AssayError for a domain without paths */
export function toOlmoCore(plan: TokenPlan): Exported {
  return {
    files: plan.phases.map((phase, i) => {
      const sources = plan.domains.flatMap((domain, d) =>
        phase.domainTokens[d] === 0 ? [] : [sourceOf(domain, phase.domainTokens[d]!, phase.tokens)],
      );
      const text = `# requested_tokens: ${phase.tokens}\n${stringify({ sources }, { lineWidth: 0 })}`;
      return { name: phaseFile(plan, i, 'source-mixture', 'yaml'), text };
    }),
    notes: [tokenizerNote, ...repetitionNotes(plan), ...phaseNotes(plan)],
  };
}

function sourceOf({ name, paths, tokens: supply }: PlannedDomain, tokens: number, ofTokens: number) {
  if (paths.length === 0)
    throw new AssayError(`domain "${name}"`, 'has no paths', {
      fix: 'Name its .npy files in the sources file.',
    });
  // Rounded up in the fourth digit: the trainer refuses a source that is one token short.
  const repetition = supply === undefined ? 1 : Math.ceil((tokens / supply) * 1e4) / 1e4;
  return {
    source_name: name,
    target_ratio: tokens / ofTokens,
    paths: paths.map(({ path }) => path),
    max_repetition_ratio: Math.max(1, repetition),
    max_source_fraction: 1,
  };
}

function repetitionNotes({ domains }: TokenPlan): string[] {
  const unknown = domains.filter(({ tokens }) => tokens === undefined).map(({ name }) => name);
  return unknown.length === 0
    ? []
    : [`How many tokens there are is not known, so no repetition is allowed for: ${unknown.join(', ')}.`];
}
