import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssayError, ExitCode } from '../../src/errors.js';
import { parseStudy } from '../../src/load-study.js';

const study = `study: s
tokenizer: bytes
sources:
  web:  { path: a.jsonl, text: body, columns: [stars], where: score > 1 }
  long: { of: web, where: "words > 9 AND stars = 'x'" }
  code:
    path:
      - code.jsonl
recipes:
  all: natural
  no-web: { without: [web] }
  mix: { web: { weight: 0.7, repeat: 2, where: words IN (1, 2) }, code: 0.3 }
  strict: { from: mix, repetition: GS, threshold: { column: dup_5gram_chars, atMost: [0.1, 0.05] } }
validate:
  code: { holdout: 0.5 %, of: code }
proxy: { model: { layers: 2, width: 64, heads: 4 }, learningRate: 1e-3, tokens: 1M }
run: { output: out }
`;

const pieces = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ': ',
  ',',
  '\n',
  '  ',
  '- ',
  '&a ',
  '*a',
  '!!set ',
  '|',
  '? ',
  '"',
  "'",
  '#',
  '~',
  '__proto__: 1\n',
  '<<: ',
  '---\n',
  '0',
  '-',
  '%',
  '\t',
  'é',
  '\u{1F600}',
  '\0',
];

test('any damage to a study is either a valid study or an error with places inside the file', async () => {
  const edit = fc.record({
    at: fc.nat(study.length),
    remove: fc.nat(12),
    insert: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      let text = study;
      for (const { at, remove, insert } of edits) text = text.slice(0, at) + insert + text.slice(at + remove);
      try {
        await parseStudy(text, 'study.yaml');
      } catch (error) {
        refused++;
        expect(error, text).toBeInstanceOf(AssayError);
        expect((error as AssayError).exitCode).toBe(ExitCode.study);
        const lines = text.split(/\r\n|\r|\n/);
        for (const line of (error as AssayError).message.split('\n')) {
          const place = /^study\.yaml(?::(\d+):(\d+))?: /.exec(line);
          expect(place, `${line}\n${text}`).not.toBeNull();
          if (place![1]) expect(Number(place![1])).toBeLessThanOrEqual(lines.length);
          expect(line, text).not.toMatch(/Invalid input|Invalid string|Too small|Too big|\[object/);
        }
      }
    }),
    { numRuns: 600 },
  );
  expect(refused).toBeGreaterThan(200);
});
