/** The decision in plain words, by topic; a topic is there when what it speaks of was measured. */
import { type Prose, sentences } from '../prose.js';
import type { Undecided } from '../view.js';
import { agreementOfAlignment } from './alignment.js';
import { domainSentences } from './domains.js';
import type { Facts } from './facts.js';
import { rateSentences } from './rate.js';
import { lossSentences, otherSentences } from './recipes.js';
import { seedSentences, tieSentences } from './settling.js';
import { trainingSentences } from './training.js';
import { transferSentencesOf } from './transfer.js';

export interface Statement {
  /** A word or two. */
  topic: string;
  text: Prose;
}

export function statements(report: Undecided, facts: Facts): Statement[] {
  const said: [string, Prose[]][] = [
    ['Loss', lossSentences(report)],
    ['Other recipes', otherSentences(report)],
    ['Ties', tieSentences(report)],
    ['Seeds', seedSentences(report)],
    ['Domains', domainSentences(facts)],
    ['Learning rate', rateSentences(report)],
    ['Training length', trainingSentences(report, facts)],
    ['Budget', (report.budget?.reasons ?? []).map((reason) => [reason])],
    ['Alignment', agreementOfAlignment(report)],
    ['Transfer', transferSentencesOf(report)],
  ];
  return said.flatMap(([topic, parts]) => {
    const text = sentences(parts);
    return text.length === 0 ? [] : [{ topic, text }];
  });
}
