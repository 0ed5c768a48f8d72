/**
 * Formal mathematics: the statements of Metamath's databases, a document each: the comment that explains it, its
 * label, its formula, and what its proof rests on. The letters that encode the order of the steps are left out: they
 * are a compressed number sequence, not text.
 */
import { join } from 'node:path';
import { filesIn, readText } from '../lib/files.mjs';

// A comment, then a label and an axiom ($a) or a proposition ($p … $= proof).
const statement =
  /\$\(((?:(?!\$\)).)*)\$\)\s+([\w.-]+)\s+\$([ap])\s+((?:(?!\$[.=]).)*)(?:\$=((?:(?!\$\.).)*))?\$\./gs;

/** The documents in the text of a database. */
export function* statementsOf(database) {
  for (const [, comment, label, letter, formula, proof] of database.matchAll(statement)) {
    const restsOn = /^\s*\(([^)]*)\)/.exec(proof ?? '')?.[1] ?? '';
    const parts = [
      comment.replace(/\s+/g, ' ').trim(),
      `${label} ${letter === 'a' ? 'axiom' : 'theorem'}: ${formula.replace(/\s+/g, ' ').trim()}`,
    ];
    if (restsOn.trim() !== '') parts.push(`Proof from ${restsOn.trim().split(/\s+/).join(' ')}`);
    yield { text: parts.join('\n'), label, kind: letter === 'a' ? 'axiom' : 'theorem' };
  }
}

export const formalMaths = {
  name: 'formal-maths',
  packages: ['metamath-databases'],
  *documents(packages) {
    const [[name, { folder }]] = packages;
    for (const path of filesIn(folder, (file) => file.endsWith('.mm'))) {
      for (const { text, label, kind } of statementsOf(readText(join(folder, path)))) {
        yield { text, origin: `${name}:${path}#${label}`, package: name, kind };
      }
    }
  },
};
