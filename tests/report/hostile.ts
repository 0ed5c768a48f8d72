/** Names that try to leave the cell, the attribute, the code span or the terminal line that they stand in. */
export const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '| a | b \\| c |',
  '`code` ``` fence',
  '[link](https://example.com) @somebody *bold* _it_',
  '\u001b[31mred\u001b[0m',
  'abc\u202Edcba',
  'two\nlines',
  "it's & <b>",
  'lone \ud800 surrogate',
];
