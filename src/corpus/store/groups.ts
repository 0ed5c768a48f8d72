/** Which signals are measured, as plain data that a worker thread can be told, and the code behind each. */
import { createHash } from 'node:crypto';
import { contaminationGroup } from '../contamination/index.js';
import { minhashGroup } from '../duplicates/index.js';
import { perplexityGroup } from '../language-model/index.js';
import { languageGroup, qualityGroup, type RepetitionProfile, repetitionGroup } from '../signals/index.js';
import type { SignalGroup } from '../signals/signal.js';

export type GroupSpec =
  | { group: 'repetition'; profile: RepetitionProfile }
  | { group: 'quality' }
  | { group: 'language' }
  | { group: 'minhash' }
  | { group: 'contamination'; index: string; hash: string }
  /** `buffer`: the model, where the process has read it already. */
  | { group: 'perplexity'; name: string; path: string; hash: string; buffer?: SharedArrayBuffer };

export function signalGroup(spec: GroupSpec): SignalGroup {
  switch (spec.group) {
    case 'repetition':
      return repetitionGroup(spec.profile);
    case 'quality':
      return qualityGroup();
    case 'language':
      return languageGroup();
    case 'minhash':
      return minhashGroup();
    case 'contamination':
      return contaminationGroup(spec);
    case 'perplexity':
      return perplexityGroup(spec);
    default:
      return spec satisfies never;
  }
}

/** Name of the group's files in a store, without extension: another version or other inputs make another file. */
export function groupFile({ name, version, inputs = '' }: SignalGroup): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([name, version, inputs]))
    .digest('hex');
  return `${name}-${hash.slice(0, 8)}`;
}
