/** Names and meanings of the repetition measurements, by profile. */
import type { SignalColumn } from '../signal.js';

/** Whose semantics: the same 13 names give other numbers on the same document. */
export type RepetitionProfile = 'dclm' | 'datatrove' | 'dolma';

const sources: Record<RepetitionProfile, string> = {
  dclm: 'Rae et al. 2021, Table A1, as DCLM-baseline applies it (Li et al. 2024)',
  datatrove: 'Rae et al. 2021, Table A1, as datatrove 0.10 GopherRepetitionFilter applies it',
  dolma: 'Rae et al. 2021, Table A1, as the dolma toolkit applies it (gopher_v2)',
};

const segmentMeanings: Record<RepetitionProfile, string> = {
  dclm: 'all copies of a repeated one count; stripped, empty ones dropped; 0 for a single one.',
  datatrove: 'second and later copies count.',
  dolma: 'all copies of a repeated one count; blank ones are none.',
};

const characterUnits: Record<RepetitionProfile, string> = {
  dclm: 'share of characters in words',
  datatrove: 'share of characters',
  dolma: 'share of characters in words',
};

const topMeanings: Record<RepetitionProfile, string> = {
  dclm: 'of several the longest; 0 if none occurs twice.',
  datatrove: 'of several the first, spaces between its words included, even if it occurs once.',
  dolma: 'of several the first, even if it occurs once.',
};

const repeatMeanings: Record<RepetitionProfile, string> = {
  dclm: 'Words that lie in some repeated {n}-gram.',
  datatrove: 'Repeated {n}-grams, words joined, found by a greedy scan that goes on behind each repeat.',
  dolma: 'All copies of repeated {n}-grams over all {n}-grams, overlaps counted in each.',
};

/** In the order of the measurements; dolma has no paragraphs. */
export function repetitionColumns(profile: RepetitionProfile): SignalColumn[] {
  const column = (name: string, unit: string, range: string, meaning: string): SignalColumn => ({
    name: profile === 'dclm' ? name : `${profile}_${name}`,
    type: 'DOUBLE',
    unit,
    range,
    source: sources[profile],
    meaning,
  });
  const kinds = profile === 'dolma' ? (['line'] as const) : (['line', 'paragraph'] as const);
  const columns = [
    ...kinds.map((kind) =>
      column(
        `dup_${kind}_fraction`,
        `share of ${kind}s`,
        '0 to 1',
        `Duplicate ${kind}s: ${segmentMeanings[profile]}`,
      ),
    ),
    ...kinds.map((kind) =>
      column(
        `dup_${kind}_chars`,
        profile === 'dclm' ? `share of characters in ${kind}s` : characterUnits[profile],
        profile === 'dolma' ? '0 and up' : '0 to 1',
        `Characters in duplicate ${kind}s: ${segmentMeanings[profile]}`,
      ),
    ),
  ];
  for (let n = 2; n <= 4; n++) {
    const meaning = `Copies of the most frequent ${n}-gram; ${topMeanings[profile]}`;
    columns.push(column(`top_${n}gram_chars`, characterUnits[profile], '0 and up', meaning));
  }
  for (let n = 5; n <= 10; n++) {
    const unit = profile === 'dolma' ? `share of characters in all ${n}-grams` : characterUnits[profile];
    const meaning = repeatMeanings[profile].replaceAll('{n}', String(n));
    columns.push(column(`dup_${n}gram_chars`, unit, '0 to 1', meaning));
  }
  return columns;
}
