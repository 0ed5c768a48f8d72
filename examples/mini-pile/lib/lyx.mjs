/** LyX documents to text: the words of their paragraphs; formulas, figures, references and notes are left out. */
import { tidy } from './files.mjs';

const heading = /^\\begin_layout (Part|Chapter|Section|Subsection)\*?$/;
/** Insets whose paragraphs are no running text. */
const unseen =
  /^\\begin_inset (ERT|Note|Formula|Graphics|CommandInset|listings|Preview|Info|External|Argument|Index)/;
const specials = {
  LyX: 'LyX',
  TeX: 'TeX',
  LaTeX: 'LaTeX',
  LaTeX2e: 'LaTeX2e',
  ldots: '…',
  menuseparator: '▹',
};

/** The sections of a document, each as text. */
export function lyxSections(source) {
  const body = source
    .slice(Math.max(0, source.indexOf('\\begin_body')))
    .replace(/\\begin_inset Quotes (\w+)\n(?:status \w+\n)?\\end_inset\n/g, (_, quotes) =>
      quotes.startsWith('g') ? (quotes[1] === 'l' ? '„' : '“') : '"',
    )
    .replace(/\\begin_inset space .*\n\\end_inset\n\n?/g, ' ')
    .replace(/\\SpecialChar (\w+)/g, (_, name) => specials[name] ?? '');
  const sections = [''];
  const insets = [];
  let inText = false;
  for (const line of body.split('\n')) {
    if (line.startsWith('\\begin_inset')) {
      insets.push(unseen.test(line) || insets.at(-1) === true);
      inText = false;
    } else if (line.startsWith('\\end_inset')) {
      insets.pop();
      inText = true;
    } else if (insets.at(-1) === true) continue;
    else if (line.startsWith('\\begin_layout')) {
      if (heading.test(line) && insets.length === 0) sections.push('');
      inText = true;
    } else if (line.startsWith('\\end_layout')) {
      sections[sections.length - 1] += '\n\n';
      inText = false;
    } else if (inText && (!/^[\\<]/.test(line) || line === '\\backslash')) {
      // Lines that start with < are the cells of tables.
      sections[sections.length - 1] += line === '\\backslash' ? '\\' : line;
    }
  }
  return sections.map((text) => tidy(text.replace(/ {2,}/g, ' '))).filter((text) => text !== '');
}
