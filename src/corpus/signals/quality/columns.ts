/** The quality counts: what each measures, in which unit, and who uses it. */
import type { SignalColumn } from '../signal.js';

const gopher = 'Rae et al. 2021 (Gopher), as DCLM-baseline counts it (Li et al. 2024)';
const c4 = 'Raffel et al. 2020 (C4)';
const redPajama = 'Weber et al. 2024 (RedPajama-V2)';
const starCoder = 'Li et al. 2023 (StarCoder)';
const fineWeb = 'Penedo et al. 2024 (FineWeb)';

type Row = [
  name: string,
  type: 'DOUBLE' | 'BIGINT',
  unit: string,
  range: string,
  source: string,
  meaning: string,
];

const rows: Row[] = [
  [
    'mean_word_length',
    'DOUBLE',
    'characters',
    '1 and up',
    gopher,
    'Mean length of a run without white space.',
  ],
  ['longest_word', 'BIGINT', 'characters', '0 and up', c4, 'Length of the longest run without white space.'],
  [
    'symbol_word_ratio',
    'DOUBLE',
    'symbols per word',
    '0 and up',
    gopher,
    'Occurrences of `#`, `...`, `. . .` and `…` per run without white space.',
  ],
  [
    'alphabetic_words',
    'DOUBLE',
    'share of words',
    '0 to 1',
    gopher,
    'Runs without white space that hold a letter.',
  ],
  [
    'stop_words',
    'BIGINT',
    'words',
    '0 and up',
    gopher,
    'Runs without white space that are the, be, to, of, and, that, have or with, in any case.',
  ],
  ['distinct_stop_words', 'BIGINT', 'words', '0 to 8', gopher, 'How many of these eight occur.'],
  [
    'bullet_lines',
    'DOUBLE',
    'share of lines',
    '0 to 1',
    gopher,
    'Lines that start with `●`, `•`, `*` or `-`.',
  ],
  [
    'ellipsis_lines',
    'DOUBLE',
    'share of lines',
    '0 to 1',
    gopher,
    'Lines that end with `...`, `. . .` or `…`.',
  ],
  [
    'punctuated_lines',
    'DOUBLE',
    'share of lines',
    '0 to 1',
    c4,
    'Lines that end with a full stop, `!`, `?` or a closing quote, and with no ellipsis.',
  ],
  ['short_lines', 'DOUBLE', 'share of lines', '0 to 1', fineWeb, 'Lines of at most 30 characters.'],
  ['mean_line_length', 'DOUBLE', 'characters', '1 and up', starCoder, 'Mean length of a line.'],
  ['longest_line', 'BIGINT', 'characters', '0 and up', starCoder, 'Length of the longest line.'],
  [
    'line_break_ratio',
    'DOUBLE',
    'line breaks per word',
    '0 and up',
    fineWeb,
    'Line breaks per run without white space: high in lists.',
  ],
  [
    'sentences',
    'BIGINT',
    'sentences',
    '0 and up',
    c4,
    'Ends of sentences: `.`, `!` or `?` before white space, a closing quote or bracket, or the end.',
  ],
  [
    'capital_words',
    'DOUBLE',
    'share of words',
    '0 to 1',
    redPajama,
    'Runs without white space that hold two letters or more, all upper case.',
  ],
  ['uppercase_share', 'DOUBLE', 'share of letters', '0 to 1', redPajama, 'Upper-case letters.'],
  ['digit_share', 'DOUBLE', 'share of characters', '0 to 1', redPajama, 'Decimal digits of any script.'],
  [
    'alphanumeric_share',
    'DOUBLE',
    'share of characters',
    '0 to 1',
    starCoder,
    'Letters and decimal digits of any script.',
  ],
  [
    'unique_word_share',
    'DOUBLE',
    'share of words',
    '0 to 1',
    redPajama,
    'Distinct Unicode words (UAX #29) per Unicode word; upper and lower case differ.',
  ],
  [
    'word_entropy',
    'DOUBLE',
    'nats per word',
    '0 and up',
    redPajama,
    'Entropy of the distribution of Unicode words in the document.',
  ],
  ['curly_braces', 'BIGINT', 'characters', '0 and up', c4, 'Occurrences of `{` and `}`.'],
  [
    'javascript_mentions',
    'BIGINT',
    'occurrences',
    '0 and up',
    c4,
    'Occurrences of "javascript" in any case.',
  ],
  [
    'lorem_ipsum_mentions',
    'BIGINT',
    'occurrences',
    '0 and up',
    c4,
    'Occurrences of "lorem ipsum" in any case.',
  ],
  [
    'policy_mentions',
    'BIGINT',
    'occurrences',
    '0 and up',
    c4,
    'Occurrences in any case of "terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies" and "use cookies".',
  ],
];

export const qualityColumns: SignalColumn[] = rows.map(([name, type, unit, range, source, meaning]) => ({
  name,
  type,
  unit,
  range,
  source,
  meaning,
}));
