/** Contamination by definition, on strings and sets of them. */

export function normalisedWords(text: string): string[] {
  return (text.toLowerCase().match(/[a-z0-9']+/g) ?? []).map((word) => word.replaceAll("'", ''));
}

function ngrams(words: string[], n: number): string[] {
  return Array.from({ length: Math.max(0, words.length - n + 1) }, (_, i) => words.slice(i, i + n).join(' '));
}

/** Texts of 13 words or more stand for their 13-grams, of 8 to 12 for themselves, others for nothing. */
export function indexed(texts: string[]): Set<string> {
  return new Set(
    texts.map(normalisedWords).flatMap((words) => {
      if (words.length < 8) return [];
      return words.length < 13 ? [words.join(' ')] : ngrams(words, 13);
    }),
  );
}

export function contaminationByDefinition(text: string, index: Set<string>) {
  const words = normalisedWords(text);
  const covered = new Set<number>();
  let count = 0;
  for (let n = 8; n <= 13; n++) {
    for (const [start, ngram] of ngrams(words, n).entries()) {
      if (!index.has(ngram)) continue;
      count++;
      for (let word = start; word < start + n; word++) covered.add(word);
    }
  }
  return [words.length === 0 ? null : covered.size / words.length, count];
}
