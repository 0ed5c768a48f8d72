/** HTML to text: the visible text of a page, a line a block, blank lines between paragraphs. */
import { Parser } from 'htmlparser2';
import { tidy } from './files.mjs';

const unseen = new Set([
  'script',
  'style',
  'head',
  'noscript',
  'template',
  'svg',
  'button',
  'input',
  'label',
]);
const paragraphs = new Set(
  'p h1 h2 h3 h4 h5 h6 ul ol dl pre table section article blockquote hr main'.split(' '),
);
const lines = new Set('div li dt dd tr br caption header footer nav'.split(' '));

/**
 * @param html a whole page
 * @param options.within (name, attributes) → the elements whose text is kept; all of the page by default
 * @param options.without (name, attributes) → elements whose text is left out
 * @param options.cell (name, attributes) → blocks that stand in one line with the next, such as cells of a grid
 */
export function htmlToText(html, { within, without = () => false, cell = () => false } = {}) {
  const finished = [];
  let line = '';
  const open = [{ kept: within === undefined, dropped: false, verbatim: false, end: '' }];
  const finish = (end) => {
    if (end.startsWith('\n')) {
      if (line.trim() !== '') finished.push(line);
      if (end === '\n\n') finished.push('');
      line = '';
    } else if (line !== '') line += end;
  };
  const parser = new Parser({
    onopentag(name, attributes) {
      const parent = open.at(-1);
      const end = endOf(name, attributes, cell);
      const element = {
        kept: parent.kept || within?.(name, attributes) === true,
        dropped: parent.dropped || unseen.has(name) || without(name, attributes),
        verbatim: parent.verbatim || name === 'pre',
        end,
      };
      open.push(element);
      if (end.startsWith('\n') && !element.dropped) finish(end);
    },
    ontext(text) {
      const { kept, dropped, verbatim } = open.at(-1);
      if (!kept || dropped) return;
      const plain = verbatim ? text : text.replace(/[\s\u00a0]+/g, ' ');
      line += !verbatim && (line === '' || /\s$/.test(line)) ? plain.trimStart() : plain;
    },
    onclosetag() {
      const { dropped, end } = open.pop();
      if (!dropped) finish(end);
    },
  });
  parser.end(html);
  finished.push(line);
  return tidy(finished.join('\n').replace(/[\u200b\u00ad]/g, ''));
}

/** What follows an element: a blank line, a line end, a space or nothing. */
function endOf(name, attributes, cell) {
  if (cell(name, attributes) || name === 'td' || name === 'th') return ' ';
  if (paragraphs.has(name) || attributes.class === 'para') return '\n\n';
  return lines.has(name) ? '\n' : '';
}
