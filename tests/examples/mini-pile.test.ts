/** The mini-Pile's rules of extraction on small inputs of each kind, and its study. No network is used. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { JSDOM } from 'jsdom';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadStudy } from '../../src/index.js';
import { folderWith } from '../cli/assay.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples/mini-pile');
interface Row {
  text: string;
  origin: string;
  package: string;
  kind: string;
}
/** A module of the example, which is JavaScript; what it exports is checked by use. */
// biome-ignore lint/suspicious/noExplicitAny: the example has no types
const load = (path: string): Promise<any> => import(/* @vite-ignore */ join(example, path));

beforeAll(() => {
  // Its HTML parser is not one of the project's dependencies. Installed already, this does nothing.
  execFileSync(process.execPath, ['scripts/install.mjs', 'examples/mini-pile'], {
    cwd: root,
    stdio: 'ignore',
  });
});

/** The documents of a domain whose packages hold the given files. */
async function documentsOf(
  name: string,
  files: Record<string, Record<string, string | Uint8Array>>,
): Promise<Row[]> {
  const { domains } = await load('domains/index.mjs');
  const domain = domains.find((candidate: { name: string }) => candidate.name === name);
  const packages = new Map(
    (domain.packages as string[]).map((each) => [
      each,
      { folder: folderWith(files[each] ?? {}), version: '1' },
    ]),
  );
  return [...domain.documents(packages, folderWith({}))];
}

describe('HTML', () => {
  const page =
    '<html><head><title>T</title><style>p {}</style></head><body><script>x()</script><h1>A &amp; B</h1>' +
    '<p>one <b>two</b>,\n three&nbsp;four<br>five</p><ul><li>six<li>seven</ul><pre>  a\n    b</pre></body></html>';

  test('has the words that a browser would show, in the same order', async () => {
    const { htmlToText } = await load('lib/html.mjs');
    const { body } = new JSDOM(page).window.document;
    for (const element of body.querySelectorAll('script')) element.remove();
    for (const element of body.querySelectorAll('br, li, p, h1, pre')) element.prepend(' ');
    for (const element of body.querySelectorAll('br')) element.replaceWith(' ');
    expect(htmlToText(page).split(/\s+/)).toEqual(body.textContent!.trim().split(/\s+/));
  });

  test('takes a line a block, a blank line between paragraphs, and keeps the spaces of preformatted text', async () => {
    const { htmlToText } = await load('lib/html.mjs');
    expect(htmlToText(page)).toBe('A & B\n\none two, three four\nfive\n\nsix\nseven\n\n  a\n    b');
  });

  test('an API page is its main part, with members beside their types', async () => {
    const [page, ...others] = await documentsOf('api-docs', {
      'openjdk-17-doc': {
        'api/java/Deque.html':
          '<body><nav>Overview Package</nav><main><h1>Class Deque</h1><div class="table-tabs">All Methods</div>' +
          '<div class="col-first">boolean</div><div class="col-second">add(E&nbsp;e)</div>' +
          '<div class="col-last">Inserts the element at the end of this deque.</div></main></body>',
        'api/java/class-use/Deque.html': '<body><main>Uses of Class Deque</main></body>',
      },
    });
    expect(page!.text).toBe('Class Deque\n\nboolean add(E e)\nInserts the element at the end of this deque.');
    expect(page!.kind).toBe('class');
    expect(others).toEqual([]);
  });
});

describe('manual pages', () => {
  const source = [
    '.\\" a comment',
    '.de Sp',
    '.if t .sp .5v',
    '..',
    '.TH CAT 1 2020-01-01',
    '.SH NAME',
    'cat \\- concatenate files',
    '.SH "SEE ALSO"',
    'Use',
    '.BR cat (1)',
    'with \\fBcare\\fP, \\(lqplease\\(rq; write \\fI\\\\n\\fR.',
    '.if n .I shown',
    '.if t .I hidden',
    '.TP',
    '.B \\-n',
    'number lines',
    '.nf',
    'a  b',
    '  c',
    '.fi',
    '.TS',
    'l l.',
    'x\ty',
    '.TE',
  ].join('\n');

  test('lose their macros and fonts, and fill their paragraphs', async () => {
    const { manToText } = await load('lib/roff.mjs');
    expect(manToText(source)).toBe(
      'CAT(1)\n\nNAME\ncat - concatenate files\n\nSEE ALSO\n' +
        'Use cat(1) with care, “please”; write \\n. shown\n-n number lines\na  b\n  c\n\nx  y',
    );
  });

  test('show the words that groff shows', async () => {
    const { manToText } = await load('lib/roff.mjs');
    // `groff -K utf8 -t -man -Tutf8 -P-c -rLL=200n` 1.22.4 on the same page, without its first and last line.
    const groff =
      'NAME cat - concatenate files SEE ALSO Use cat(1) with care, “please”; write \\n.  shown ' +
      '-n number lines a  b c x   y';
    expect(manToText(source).split(/\s+/)).toEqual(['CAT(1)', ...groff.split(/\s+/)]);
  });

  test('that only name another page are no documents, but are there raw', async () => {
    const files = { manpages: { 'usr/share/man/man2/creat64.2.gz': gzipSync('.so man2/open.2\n') } };
    expect(await documentsOf('manuals', files)).toEqual([]);
    const [raw] = await documentsOf('docs-raw', files);
    expect(raw).toEqual({
      text: 'man2/open.2',
      origin: 'manpages:usr/share/man/man2/creat64.2.gz',
      package: 'manpages',
      kind: 'manual',
    });
  });

  test('that are set aside for validation are in no other domain', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `usr/share/man/man1/p${i}.1.gz`);
    const page = gzipSync(source);
    const files = { manpages: Object.fromEntries(names.map((name) => [name, page])) };
    const origins = async (domain: string) => (await documentsOf(domain, files)).map(({ origin }) => origin);
    const valid = await origins('docs-valid');
    expect(valid.length).toBeGreaterThan(0);
    expect(valid.length).toBeLessThan(20);
    expect([...(await origins('manuals')), ...valid].sort()).toEqual(
      names.map((name) => `manpages:${name}`).sort(),
    );
    expect(await origins('docs-raw')).toEqual(await origins('manuals'));
  });
});

describe('code', () => {
  test.each([
    ['go', 'golang-1.19-src', 'usr/share/go/a_test.go', 'usr/share/go/a.s', 'test'],
    ['python', 'python3-sympy', 'usr/lib/sympy/core.py', 'usr/lib/sympy/core.pyc', 'source'],
    ['sql', 'mariadb-test-data', 'usr/share/t/join.test', 'usr/share/r/join.result', 'test'],
    ['tex', 'texlive-latex-extra', 'usr/share/texmf/a.sty', 'usr/share/texmf/a.pdf', 'sty'],
  ])('%s: a file of the right kind is a document as it is', async (domain, name, wanted, other, kind) => {
    const text = 'first\r\n  second\n';
    const rows = await documentsOf(domain, { [name]: { [wanted]: text, [other]: text } });
    expect(rows).toEqual([{ text: 'first\n  second\n', origin: `${name}:${wanted}`, package: name, kind }]);
  });

  test('what is not UTF-8 or holds NUL bytes is left out', async () => {
    const files = { 'usr/a.go': Buffer.from([0xff, 0x41]), 'usr/b.go': Buffer.from([0x41, 0]) };
    expect(await documentsOf('go', { 'golang-1.19-src': files })).toEqual([]);
  });
});

describe('collections', () => {
  test('a change log is split where a day begins, in both styles of date', async () => {
    const { entriesOf } = await load('domains/changelogs.mjs');
    const log =
      '2012-05-16  Ann  <a@b>\n\n\t* a.c (f): New.\n\n\t* b.c: See 2011-01-01.\n\n' +
      'Wed May 16 12:00:00 1997  Bob  <b@c>\n\n\t* c.c: Fix.\n\nCopyright (C) 2012\n';
    expect(entriesOf(log)).toEqual([
      '2012-05-16  Ann  <a@b>\n\n* a.c (f): New.\n\n* b.c: See 2011-01-01.',
      'Wed May 16 12:00:00 1997  Bob  <b@c>\n\n* c.c: Fix.\n\nCopyright (C) 2012',
    ]);
  });

  test('a dictionary is one document an entry, inflected forms not again, without the marks of its editors', async () => {
    const entry = 'Dog \\Dog\\, n.\n   A quadruped.\n   [1913 Webster]\n';
    const text = `00-info\n${entry}Élan \\É"lan\\, n.\n   Dash.\n   [PJC]\n`;
    // Offsets and lengths in base 64, whose digits are A = 0 … / = 63: 8 is I, 48 is w, 56 is 4.
    expect(Buffer.byteLength(entry)).toBe(48);
    const index = '00-database-info\tA\tI\nDog\tI\tw\nDogs\tI\tw\nÉlan\t4\tk\n';
    const rows = await documentsOf('dictionary', {
      'dict-gcide': { 'usr/share/dictd/gcide.index': index, 'usr/share/dictd/gcide.dict.dz': gzipSync(text) },
    });
    expect(rows.map((row) => row.text)).toEqual([
      'Dog \\Dog\\, n.\nA quadruped.',
      'Élan \\É"lan\\, n.\nDash.',
    ]);
    expect(rows.map((row) => row.origin)).toEqual(['dict-gcide:gcide#Dog', 'dict-gcide:gcide#Élan']);
  });

  test('a theorem is its comment, its formula and what its proof rests on', async () => {
    const { statementsOf } = await load('domains/formal-maths.mjs');
    const database =
      '  $( Principle of\n     identity.  (Contributed by NM.) $)\n  id $p |- ( ph -> ph ) $=\n    ( wi ax-1 mp2b ) AAABC $.\n' +
      '  $( Modus ponens. $)\n  ax-mp $a |- ps $.\n  $c wff $.\n';
    expect([...statementsOf(database)]).toEqual([
      {
        text: 'Principle of identity. (Contributed by NM.)\nid theorem: |- ( ph -> ph )\nProof from wi ax-1 mp2b',
        label: 'id',
        kind: 'theorem',
      },
      { text: 'Modus ponens.\nax-mp axiom: |- ps', label: 'ax-mp', kind: 'axiom' },
    ]);
  });

  test('quotations are apart at percent signs, and underlining by backspaces is gone', async () => {
    const { splitAtPercent } = await load('lib/split.mjs');
    expect(splitAtPercent('Be _\b_\bso.\n%\n\n%\nTwo\nlines\n%%%\n')).toEqual(['Be so.', 'Two\nlines']);
  });

  test('prose: headings, glossary entries, story texts and verses', async () => {
    const { essays, glossary, storyTexts, descriptions, chapters } = await load('domains/prose.mjs');
    expect(essays('<body><h1>A.1</h1><p>One.</p><h2>A.1.1</h2><p>Two.</p></body>')).toEqual([
      'A.1\n\nOne.',
      'A.1.1\n\nTwo.',
    ]);
    expect(glossary('Preface\n\n   :foo: n.\n\n   A word.\n\n   :bar: /bar/ n.\n\n   Another.\n')).toEqual([
      'Preface',
      ':foo: n.\n\nA word.',
      ':bar: /bar/ n.\n\nAnother.',
    ]);
    expect(storyTexts('mission "A"\n\tname "x"\n\tdialog `Hello.`\n\t\t`Go.`\nship "B"\n\tmass 3\n')).toEqual(
      ['Hello.\nGo.'],
    );
    expect(descriptions('%%%%\nkey\n\nA cave.\n%%%%\nother\n\n{{ return 1 }}\n')).toEqual(['A cave.']);
    expect(chapters('Ge1:1 In the\nGe1:2 And the\nGe2:1 Thus\n')).toEqual(['1 In the\n2 And the', '1 Thus']);
  });

  test('German: the body of a help page, of a handbook page and of an editor document', async () => {
    const lyx = [
      '\\begin_header',
      'x',
      '\\end_header',
      '\\begin_body',
      '\\begin_layout Section',
      'Über \\SpecialChar LyX',
      '',
      '\\end_layout',
      '\\begin_layout Standard',
      'Das ist ',
      '\\begin_inset Quotes gld',
      '\\end_inset',
      '',
      'gut',
      '\\begin_inset Quotes grd',
      '\\end_inset',
      '',
      '.',
      '\\begin_inset CommandInset label',
      'LatexCommand label',
      '\\end_inset',
      '',
      '\\end_layout',
      '\\end_body',
    ].join('\n');
    const rows = await documentsOf('german', {
      'libreoffice-help-de': {
        'usr/share/help/de/text/a.html':
          '<body><header>Hilfe</header><div id="DisplayArea"><h1>Titel</h1><p>Ein Satz.</p></div></body>',
      },
      'debian-handbook': {
        'usr/share/html/de-DE/a.html':
          '<body><p id="title">Book</p><div class="para">Noch ein Satz.</div><ul class="docnav"><li>Weiter</ul></body>',
        'usr/share/html/en-US/a.html': '<body>English</body>',
      },
      'lyx-common': { 'usr/share/lyx/doc/de/Intro.lyx': lyx },
    });
    expect(rows.map(({ text, kind }) => [kind, text])).toEqual([
      ['libreoffice-help', 'Titel\n\nEin Satz.'],
      ['debian-handbook', 'Noch ein Satz.'],
      ['lyx', 'Über LyX\n\nDas ist „gut“.'],
    ]);
  });
});

test('the study has the 23 recipes of the four categories', async () => {
  const study = await loadStudy(join(example, 'study.yaml'));
  const names = Object.keys(study.recipes);
  const count = (prefix: string) => names.filter((name) => name.startsWith(prefix)).length;
  expect(['prose70', 'no-', 'corpus-', 'quality-', 'dedup-'].map(count)).toEqual([4, 6, 3, 6, 4]);
  expect(names).toHaveLength(23);
});
