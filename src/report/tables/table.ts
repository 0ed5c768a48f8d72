/** A table before it is written: the same cells become HTML, Markdown and terminal text. */
import type { Prose } from '../prose.js';

export interface Table {
  /** What the rows are, read by screen readers before the table. */
  caption: string;
  columns: Column[];
  rows: Cell[][];
}

export interface Column {
  title: Prose;
  /** Numbers stand right. */
  align: 'left' | 'right';
  /** Never broken over two lines; numbers never are. */
  whole?: boolean;
}

export interface Cell {
  text: Prose;
  /** Second, quieter line: an interval. Markdown puts it after the text. */
  detail?: string;
  /** Signed strength in [−1, 1] of a heat-map cell: below 0 is better than the reference. */
  heat?: number;
  /** Drawn with weight: the best recipe, the worst of a column. */
  strong?: boolean;
}

export function left(...title: Prose): Column {
  return { title, align: 'left' };
}

/** Text on the left in one line: a difference with its interval. */
export function whole(...title: Prose): Column {
  return { title, align: 'left', whole: true };
}

export function right(...title: Prose): Column {
  return { title, align: 'right' };
}

export function cell(text: string | Prose, extra: Omit<Cell, 'text'> = {}): Cell {
  return { text: typeof text === 'string' ? [text] : text, ...extra };
}
