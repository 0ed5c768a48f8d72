/** What every export format gives back, and what several of them share. */
import { AssayError } from '../../errors.js';
import type { PlannedDomain, PlannedPhase, TokenPlan } from './plan.js';

export interface ExportedFile {
  name: string;
  text: string;
}

export interface Exported {
  files: ExportedFile[];
  /** What the file cannot say and its reader must know. */
  notes: string[];
}

/** One path with its part of a domain's tokens in a phase. */
export interface PathTokens {
  /** The domain, with a number where it has several paths. */
  name: string;
  path: string;
  tokens: number;
}

/** Tokens of a phase by path: a domain's are split in proportion to what its paths hold. */
export function pathTokens({ domains }: TokenPlan, { domainTokens }: PlannedPhase): PathTokens[] {
  return domains.flatMap((domain, d) => {
    if (domainTokens[d] === 0) return [];
    const held = heldBy(domain);
    const total = held.reduce((sum, tokens) => sum + tokens, 0);
    return domain.paths.map(({ path }, i) => ({
      name: domain.paths.length === 1 ? domain.name : `${domain.name}-${i + 1}`,
      path,
      tokens: (domainTokens[d]! * held[i]!) / total,
    }));
  });
}

function heldBy({ name, paths }: PlannedDomain): number[] {
  if (paths.length === 0)
    throw new AssayError(`domain "${name}"`, 'has no paths', {
      fix: 'Name its files in the sources file, or export as json.',
    });
  if (paths.length === 1) return [1];
  return paths.map(({ path, tokens }) => {
    if (tokens !== undefined && tokens > 0) return tokens;
    throw new AssayError(`domain "${name}"`, `how many tokens "${path}" holds is not known`, {
      fix: 'Write the paths as { path, tokens }: a domain of several paths is split by what they hold.',
    });
  });
}

/** `name.ext` for the only phase, else `name-phase-1.ext` and so on. */
export function phaseFile(plan: TokenPlan, phase: number, name: string, extension: string): string {
  return plan.phases.length === 1 ? `${name}.${extension}` : `${name}-phase-${phase + 1}.${extension}`;
}

export const tokenizerNote =
  'Shares are shares of tokens by the tokenizer of the proxies. They do not carry over to another tokenizer: keep the shares of bytes instead, and count the tokens anew.';

/** For trainers that read one mixture a run. */
export function phaseNotes({ phases, domains }: TokenPlan): string[] {
  if (phases.length === 1) return [];
  const starts = phases.map(
    ({ startTokens }, i) => `phase ${i + 1} at token ${startTokens.toLocaleString('en')}`,
  );
  const again = domains.filter(
    (_, d) => phases.filter(({ domainTokens }) => domainTokens[d]! > 0).length > 1,
  );
  const repeats =
    again.length === 0
      ? []
      : [
          `The data loader of each phase begins every source anew: unless it is told where to go on, or each phase is given other files, these repeat their first samples: ${again.map(({ name }) => name).join(', ')}.`,
        ];
  return [
    `This trainer reads one mixture a run: restart it with the next file (${starts.join(', ')}).`,
    ...repeats,
  ];
}
