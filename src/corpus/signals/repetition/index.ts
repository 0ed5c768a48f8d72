/** Repetition inside a document: lines, paragraphs and n-grams that come again, in three public tools' semantics. */
import type { SignalGroup } from '../signal.js';
import { type RepetitionProfile, repetitionColumns } from './columns.js';
import { DatatroveRepetition } from './datatrove.js';
import { DclmRepetition } from './dclm.js';
import { DolmaRepetition } from './dolma.js';

export type { RepetitionProfile } from './columns.js';

const profiles = { dclm: DclmRepetition, datatrove: DatatroveRepetition, dolma: DolmaRepetition };

/** The group `repetition-<profile>`; columns of other profiles than `dclm` start with the profile's name. */
export function repetitionGroup(profile: RepetitionProfile = 'dclm'): SignalGroup {
  return {
    name: `repetition-${profile}`,
    version: 1,
    columns: repetitionColumns(profile),
    open: async () => {
      const repetition = new profiles[profile]();
      return (text) => ({ values: repetition.measure(text) });
    },
  };
}
