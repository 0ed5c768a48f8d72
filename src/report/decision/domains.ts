/** Where the recipe to train on is not the best. */
import { plusMinus } from '../format.js';
import { type Prose, prose, user } from '../prose.js';
import type { Facts } from './facts.js';

const mostNamed = 3;

export function domainSentences({ losesOn, trainOn }: Facts): Prose[] {
  if (trainOn === undefined || losesOn.length === 0) return [];
  const named = losesOn
    .slice(0, mostNamed)
    .flatMap(
      ({ domain, to, differenceNats, interval }, i) =>
        prose`${i === 0 ? '' : '; '}on ${user(domain)} by ${plusMinus(differenceNats, interval)} to ${user(to)}`,
    );
  const more = losesOn.length - mostNamed;
  return [
    prose`${user(trainOn)} loses ${named}${more > 0 ? `; and on ${more} more ${more === 1 ? 'domain' : 'domains'} by less` : ''} (nats per token).`,
  ];
}
