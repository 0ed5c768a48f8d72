/** What a foreign tokenizer is tried on before it is trusted: every kind of character that pre-tokenisers tell apart. */
export const checkTexts = [
  '',
  ' ',
  "The quick brown fox jumps over the lazy dog; it didn’t mind, and they’ll say it's 3.14 or 1,234,567.",
  "I'm sure we've DON'T'S 'tis 'Re x'll  y'd   z\t\ttab\n\n\nlines\r\n  indented\n\tcode(x[i] += 0x1F);  ",
  'Größe, naïve café, Ελληνικά, Русский язык, עברית, العربية, हिन्दी, 日本語のテキスト、中文字符。한국어',
  'e\u0301 \u212b ﬁ ① Ⅷ ½ ２０２６ İstanbul ß\u200d\u200b\ufeff\u0085\u00a0\u3000x',
  '🦊🇩🇪👩‍👩‍👧 𝔘𝔫𝔦 \u{e0001} \u{10fffd} \ufffd \0\u0007\u001b[0m \u2028\u2029',
  '<|endoftext|> </s> <s> [SEP] [CLS] [UNK] <unk> <pad> <0x0A> ▁▁ Ġ ## ##ing',
  `${'a'.repeat(300)} ${'ab'.repeat(150)} ${' '.repeat(200)}${'1'.repeat(100)}${'!'.repeat(100)}${'é'.repeat(100)}`,
  'https://example.org/a/b?c=d&e=%20f#g user@example.com --flag="v" $HOME ~/x.txt C:\\dir\\n',
];
