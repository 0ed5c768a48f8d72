/** Names of domains and metrics as charts have room for them. */

/** Names without what all of them begin and end with. */
export interface Shortened {
  names: string[];
  /** What was left out; '' where nothing was. */
  begin: string;
  end: string;
}

/** Columns of the published runs are `train_the_pile_arxiv` and so on: whole words that all names share are left out. */
export function shortened(names: readonly string[]): Shortened {
  if (names.length < 2) return { names: [...names], begin: '', end: '' };
  const begin = common(names, /[^_\-/. ]*$/, (name, length) => name.slice(0, length));
  const rest = names.map((name) => name.slice(begin.length));
  const end = common(rest, /^[^_\-/. ]*/, (name, length) => (length === 0 ? '' : name.slice(-length)));
  const short = rest.map((name) => name.slice(0, name.length - end.length));
  return short.includes('') ? { names: [...names], begin: '', end: '' } : { names: short, begin, end };
}

/** The longest part that `part` takes of every name, without the piece of a word that `word` finds in it. */
function common(
  names: readonly string[],
  word: RegExp,
  part: (name: string, length: number) => string,
): string {
  const [first] = names as [string];
  let length = 0;
  while (
    length < first.length &&
    names.every((name) => name.length > length && part(name, length + 1) === part(first, length + 1))
  )
    length++;
  return part(first, length).replace(word, '');
}
