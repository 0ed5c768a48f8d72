/** Plain JSON: the whole plan, in tokens, bytes and documents. */
import { type Exported, tokenizerNote } from './format.js';
import type { PlannedDomain, TokenPlan } from './plan.js';

export function toJson(plan: TokenPlan): Exported {
  const { budgetTokens, contextTokens, domains } = plan;
  const phases = plan.phases.map(({ startTokens, tokens, domainTokens }) => ({
    startTokens,
    tokens,
    domains: Object.fromEntries(
      domains.map(({ name }, d) => [
        name,
        {
          tokens: domainTokens[d]!,
          tokenShare: domainTokens[d]! / tokens,
          ...shareOf('byteShare', plan, domainTokens, d, ({ bytes }) => bytes),
          ...shareOf('documentShare', plan, domainTokens, d, ({ documents }) => documents),
        },
      ]),
    ),
  }));
  const sources = Object.fromEntries(
    domains.map(({ name, trainedTokens, epochs, paths, tokens, bytes, documents }) => [
      name,
      { trainedTokens, epochs, tokens, bytes, documents, paths },
    ]),
  );
  const whole = { budgetTokens, contextTokens, note: tokenizerNote, sources, phases };
  return {
    files: [{ name: 'mixture.json', text: `${JSON.stringify(whole, null, 2)}\n` }],
    notes: [tokenizerNote],
  };
}

/** The share in another unit, where every domain of the plan says how much of it its tokens hold. */
function shareOf(
  name: 'byteShare' | 'documentShare',
  { domains }: TokenPlan,
  domainTokens: readonly number[],
  at: number,
  held: (domain: PlannedDomain) => number | undefined,
): Record<string, number> {
  const amounts = domains.map(
    (domain, d) => (domainTokens[d]! * (held(domain) ?? Number.NaN)) / (domain.tokens ?? Number.NaN),
  );
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  return Number.isFinite(total) ? { [name]: amounts[at]! / total } : {};
}
