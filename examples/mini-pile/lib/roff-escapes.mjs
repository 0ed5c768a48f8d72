/** The escapes of roff, which start with a backslash: named characters, fonts, sizes, motions. */

/** Escapes of two characters, `\(xx` or `\[xx]`. */
const characters = {
  aq: "'",
  dq: '"',
  lq: '“',
  rq: '”',
  oq: '‘',
  cq: '’',
  em: '—',
  en: '–',
  hy: '-',
  bu: '•',
  co: '©',
  rg: '®',
  tm: '™',
  ha: '^',
  ti: '~',
  rs: '\\',
  ga: '`',
  aa: '´',
  ae: 'æ',
  mu: '×',
  di: '÷',
  '+-': '±',
  '<=': '≤',
  '>=': '≥',
  '!=': '≠',
  '==': '≡',
  '->': '→',
  '<-': '←',
  de: '°',
  sc: '§',
  ss: 'ß',
  ':a': 'ä',
  ':o': 'ö',
  ':u': 'ü',
  ':A': 'Ä',
  ':O': 'Ö',
  ':U': 'Ü',
  "'e": 'é',
  "'a": 'á',
  '`e': 'è',
  ',c': 'ç',
  Fo: '«',
  Fc: '»',
  if: '∞',
  pl: '+',
  mi: '-',
  sl: '/',
  at: '@',
  sh: '#',
  Do: '$',
  lB: '[',
  rB: ']',
  lC: '{',
  rC: '}',
  ba: '|',
  or: '|',
  br: '|',
  'r!': '¡',
  'r?': '¿',
  '*m': 'µ',
  '*a': 'α',
  '*b': 'β',
  '*p': 'π',
  Eu: '€',
  eu: '€',
  14: '¼',
  12: '½',
  34: '¾',
};
/** Strings that pod2man and the man macros define, `\*(xx`. */
const strings = {
  'C+': 'C++',
  lq: '“',
  rq: '”',
  Aq: "'",
  R: '®',
  Tm: '™',
  'L"': '“',
  'R"': '”',
  '--': '—',
  PI: 'π',
};

/** A name after an escape letter: one character, `(xx` or `[long]`. */
const named = String.raw`(?:\((?<two>..)|\[(?<long>[^\]]*)\]|(?<one>\S))`;
const escapes = new RegExp(
  [
    String.raw`\\".*$`, // a comment
    String.raw`\\(?<letter>[*FfnmMkgYV])${named}`, // fonts, strings, registers
    String.raw`\\s(?:[-+]?\d|\([-+]?\d\d|\[[^\]]*\]|'[^']*')`, // sizes
    String.raw`\\[hvwbloLDXZAHRSNx]'[^']*'`, // motions and drawings
    String.raw`\\\[u(?<code>[0-9A-F]{4,6})\]`,
    String.raw`\\(?:\((?<short>..)|\[(?<name>[^\]]*)\])`,
    String.raw`\\(?<plain>.)`,
  ].join('|'),
  'gm',
);
/** Escapes of one character that stand for another; the rest of them are invisible. */
const single = {
  ' ': ' ',
  '~': ' ',
  0: ' ',
  '-': '-',
  '.': '.',
  "'": "'",
  '`': '`',
  _: '_',
  t: '\t',
  e: '\\',
  E: '\\',
  '\\': '\\',
};

/** Text without escapes: fonts, sizes and motions vanish, named characters become characters. */
export function withoutEscapes(text) {
  return text.replace(escapes, (...match) => {
    const { letter, two, long, one, code, short, name, plain } = match.at(-1);
    if (letter === '*') return strings[two ?? long ?? one] ?? '';
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
    if (plain !== undefined) return single[plain] ?? '';
    return characters[short ?? name] ?? '';
  });
}
