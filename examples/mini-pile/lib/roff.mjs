/**
 * Manual pages to text. Knows the `man` macros, tables and the escapes that manual pages use; fills paragraphs to one
 * line each. What it does not know (equations, user macros, number registers) is left out, not shown as markup.
 */
import { tidy } from './files.mjs';
import { withoutEscapes } from './roff-escapes.mjs';

/** The arguments of a macro: words, where double quotes hold words together. */
export function macroArguments(text) {
  return [...text.matchAll(/"((?:[^"]|"")*)"?|((?:\\.|\S)+)/g)].map(([, quoted, word]) =>
    quoted === undefined ? word : quoted.replaceAll('""', '"'),
  );
}

const alternating = new Set(['BR', 'RB', 'BI', 'IB', 'IR', 'RI']);
const plainFonts = new Set(['B', 'I', 'SM', 'SB', 'R', 'CW']);
const breaks = new Set([
  'PP',
  'P',
  'LP',
  'sp',
  'Pp',
  'HP',
  'TP',
  'TQ',
  'br',
  'RS',
  'RE',
  'YS',
  'in',
  'ti',
  'ce',
]);

/**
 * @param source a page in the `man` macros
 * @returns {string | null} its text; null for a page that only names another one, or that is not written in these macros
 */
export function manToText(source) {
  if (!/^[.']\s*(TH|SH)\b/m.test(source) || /^\.Dd\b/m.test(source)) return null;
  const blocks = [];
  let words = [];
  let verbatim = false;
  let table = null;
  let skipUntil = null;
  const endBlock = (gap = '\n') => {
    if (words.length > 0) blocks.push(words.join(' ').replace(/ {2,}/g, ' '), gap);
    words = [];
  };
  const addText = (text) => {
    const shown = withoutEscapes(text);
    if (verbatim) blocks.push(shown, '\n');
    else if (shown.trim() === '') endBlock('\n\n');
    else words.push(shown.trim());
  };

  for (const rawLine of source.replace(/\\\n/g, '').split('\n')) {
    if (skipUntil !== null) {
      if (skipUntil.test(rawLine)) skipUntil = null;
      continue;
    }
    const line = shownBranch(rawLine);
    if (line === null) {
      // A branch that is not shown may go on over lines, to its closing brace.
      if (/\\\{\\?\s*$/.test(rawLine)) skipUntil = /\\\}/;
      continue;
    }
    const [, macro, rest = ''] = /^[.']\s*([^\s\\]*)\s*(.*)$/.exec(line) ?? [];
    if (table) {
      if (macro === 'TE') {
        endBlock();
        blocks.push(tableText(table), '\n\n');
        table = null;
      } else if (macro === undefined) table.push(line);
      continue;
    }
    if (macro === undefined) addText(line);
    else if (macro === 'de' || macro === 'am' || macro === 'ig') skipUntil = /^\.\.\s*$|^\.\s+\.$/;
    else if (macro === 'EQ') skipUntil = /^\.EN/;
    else if (macro === 'TS') table = [];
    else if (macro === 'TH') {
      const [name = '', section = ''] = macroArguments(rest).map(withoutEscapes);
      blocks.push(`${name}(${section})`, '\n\n');
    } else if (macro === 'SH' || macro === 'SS') {
      endBlock();
      blocks.push('\n', withoutEscapes(macroArguments(rest).join(' ')), '\n');
    } else if (macro === 'IP') {
      endBlock();
      const [tag] = macroArguments(rest);
      if (tag) addText(tag);
    } else if (alternating.has(macro)) addText(macroArguments(rest).join(''));
    else if (plainFonts.has(macro)) addText(macroArguments(rest).join(' '));
    else if (/^(UR|MT)$/.test(macro)) addText(`<${rest}>`);
    else if (/^(URL|MTO)$/.test(macro)) {
      const [address, name = '', after = ''] = macroArguments(rest);
      addText(`${name} <${address}>${after}`);
    } else if (macro === 'SY' || macro === 'OP')
      addText(macro === 'OP' ? `[${macroArguments(rest).join(' ')}]` : rest);
    else if (breaks.has(macro)) {
      endBlock();
      if (/^([PL]?P|sp|HP|Pp)$/.test(macro)) blocks.push('\n');
    } else if (/^(nf|EX|Vb)$/.test(macro)) {
      endBlock();
      verbatim = true;
    } else if (/^(fi|EE|Ve)$/.test(macro)) {
      verbatim = false;
      blocks.push('\n');
    }
  }
  endBlock();
  return tidy(blocks.join(''));
}

/** A line as a terminal would get it: `.if n` and `.ie n` give their rest, other conditions null. */
function shownBranch(line) {
  const condition = /^[.']\s*(if|ie|el|while)\b\s*(.*)$/.exec(line);
  if (!condition) return line;
  const [, request, rest] = condition;
  const shown = /^n\s+(.*)$/.exec(rest);
  return request !== 'el' && shown && !shown[1].startsWith('\\{') ? shown[1] : null;
}

/** The rows of a table: options and formats end with a full stop, then a row a line, cells apart by tabs. */
function tableText(lines) {
  const start = lines.findIndex((line) => /\.\s*$/.test(line));
  const rows = lines.slice(start + 1).join('\n');
  // A cell of several lines stands between T{ and T}.
  const joined = rows.replace(/T\{\n([\s\S]*?)\nT\}/g, (_, cell) => cell.replaceAll('\n', ' '));
  const separator = /tab\s*\((.)\)/.exec(lines[0] ?? '')?.[1] ?? '\t';
  return joined
    .split('\n')
    .filter((row) => !/^[_=\s]*$/.test(row))
    .map((row) => row.split(separator).map(withoutEscapes).join('  ').trim())
    .join('\n');
}

/** A page with only its markup characters gone: names of macros and fonts. Comments, definitions and tables stay. */
export function rawManToText(source) {
  return tidy(
    source
      .split('\n')
      .map((line) =>
        line.replace(/^[.']\s*(\\"|[A-Za-z]{1,2}\b)?\s?/, '').replace(/\\f(\(..|\[[^\]]*\]|.)/g, ''),
      )
      .join('\n'),
  );
}
