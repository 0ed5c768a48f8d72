/** Real text to measure on. */
import { readFileSync } from 'node:fs';

/** Texts of a JSON Lines file, up to about `characters` in all. */
export function readJsonl(path: string, characters: number): string[] {
  const texts: string[] = [];
  let size = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '' || size > characters) continue;
    const { text } = JSON.parse(line) as { text: string };
    texts.push(text);
    size += text.length;
  }
  return texts;
}
