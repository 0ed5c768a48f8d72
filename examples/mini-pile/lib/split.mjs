/** Splitting long files into documents: collections of quotations, books with headings. */
import { tidy } from './files.mjs';

/** The parts of a file whose parts are apart by lines of percent signs, as fortunes are. */
export const splitAtPercent = (text) =>
  withoutOverstrikes(text)
    .split(/^%+$/m)
    .map(tidy)
    .filter((part) => part !== '');

/** Parts of a text that each start at a line that matches; what stands before the first is a part too. */
export function splitAt(text, heading) {
  const parts = [[]];
  for (const line of text.split('\n')) {
    if (heading.test(line)) parts.push([]);
    parts.at(-1).push(line);
  }
  return parts.map((part) => tidy(part.join('\n'))).filter((part) => part !== '');
}

/** Underlined words of old terminals: a character, backspaces, the character that is to be seen. */
function withoutOverstrikes(text) {
  const once = text.replace(/[^\b\n][\b]/g, '');
  return once === text ? text : withoutOverstrikes(once);
}
