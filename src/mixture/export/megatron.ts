/** Megatron-LM: a data blend, `weight prefix` pairs in one line, as `--data-args-path` reads it. */
import { AssayError } from '../../errors.js';
import { type Exported, pathTokens, phaseFile, phaseNotes, tokenizerNote } from './format.js';
import type { TokenPlan } from './plan.js';

/**
 * Weights are shares of tokens: samples are of one length, so that a share of samples is a share of tokens. A prefix is
 * the path without `.bin` or `.idx`.
 *
 * @throws AssayError for a path with a space, at which the file would be split
 */
export function toMegatron(plan: TokenPlan): Exported {
  return {
    files: plan.phases.map((phase, i) => ({
      name: phaseFile(plan, i, 'blend', 'txt'),
      text: `${pathTokens(plan, phase)
        .map(({ path, tokens }) => `${tokens / phase.tokens} ${prefixOf(path)}`)
        .join(' ')}\n`,
    })),
    notes: [tokenizerNote, ...phaseNotes(plan)],
  };
}

function prefixOf(path: string): string {
  if (/\s/.test(path))
    throw new AssayError(`path "${path}"`, 'has a space, which separates the entries of a blend', {
      fix: 'Rename it or link to it.',
    });
  return path.replace(/\.(bin|idx)$/, '');
}
