/** What the study says to do, from what it knows: facts for programs, and the same in plain words. */
import type { Decision } from '../../records.js';
import { warnings } from '../notes.js';
import { type Prose, toPlain } from '../prose.js';
import type { Undecided } from '../view.js';
import { decisionFacts } from './facts.js';
import { statements } from './statements.js';
import { decisionTitle } from './title.js';

export function decide(report: Undecided): Decision {
  const facts = decisionFacts(report);
  return {
    title: plain(decisionTitle(report)),
    ...facts,
    statements: statements(report, facts).map(({ topic, text }) => ({ topic, text: plain(text) })),
    warnings: warnings(report).map(plain),
  };
}

/** JSON holds plain spaces. */
const plain = (text: Prose): string => toPlain(text).replaceAll('\u00a0', ' ');
