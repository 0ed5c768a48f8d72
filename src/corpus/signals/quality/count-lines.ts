/** Counts over the lines of a document, without the white space around them; blank lines are none. */
import { codePoints } from '../span-ids.js';
import { skipSpace, trimEnd } from '../white-space.js';

export interface LineCounts {
  lines: number;
  /** Code points of all lines. */
  characters: number;
  longest: number;
  bullets: number;
  ellipses: number;
  /** Lines that end like a sentence. */
  punctuated: number;
  /** Lines of at most 30 code points. */
  short: number;
}

const bullets = new Set('●•*-');
const sentenceEnds = new Set('.!?"\'”’');
const shortLine = 30;

export function countLines(text: string): LineCounts {
  const counts: LineCounts = {
    lines: 0,
    characters: 0,
    longest: 0,
    bullets: 0,
    ellipses: 0,
    punctuated: 0,
    short: 0,
  };
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const lineEnd = found < 0 ? text.length : found;
    const from = skipSpace(text, start, lineEnd);
    const to = trimEnd(text, from, lineEnd);
    if (to > from) countLine(text, from, to, counts);
    start = lineEnd + 1;
  }
  return counts;
}

function countLine(text: string, from: number, to: number, counts: LineCounts): void {
  const length = codePoints(text, from, to);
  counts.lines++;
  counts.characters += length;
  if (length > counts.longest) counts.longest = length;
  if (length <= shortLine) counts.short++;
  if (bullets.has(text[from]!)) counts.bullets++;
  const last = text[to - 1]!;
  if (last === '…' || (last === '.' && endsInDots(text, from, to))) counts.ellipses++;
  else if (sentenceEnds.has(last)) counts.punctuated++;
}

/** `...` or `. . .` */
function endsInDots(text: string, from: number, to: number): boolean {
  if (to - from >= 3 && text.startsWith('...', to - 3)) return true;
  return to - from >= 5 && text.startsWith('. . .', to - 5);
}
