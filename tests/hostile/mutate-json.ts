/** Damaged JSON that is still JSON: values of another kind, missing and doubled parts, numbers beyond all bounds. */
import type { Random } from '../../src/random.js';
import { mutate } from './mutate.js';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

const values: Json[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e300,
  2 ** 32,
  2 ** 53,
  '',
  '\0',
  '▁',
  'x'.repeat(5000),
  '(a|a)*$',
  '(',
  'AAAA',
  '<0x0A>',
  'constructor',
  [],
  [[]],
  [null],
  {},
  JSON.parse('{"__proto__":{"type":"x"}}') as Json,
  JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as Json,
];

/** Names of kinds that a `type` may have; a wrong one makes the settings beside it wrong. */
const kinds = (
  'BPE WordPiece WordLevel Unigram Sequence ByteLevel Metaspace Whitespace Split Digits Punctuation CharDelimiterSplit ' +
  'UnicodeScripts BertPreTokenizer BertNormalizer NFC NFKD Lowercase Strip StripAccents Prepend Replace Nmt Precompiled ' +
  'ByteFallback Fuse CTC TemplateProcessing FixedLength'
).split(' ');

/** All places of a value: its container and key. */
function places(value: Json, found: { container: Json[] | Record<string, Json>; key: string }[] = []) {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    found.push({ container: value as Record<string, Json>, key });
    places(inner, found);
  }
  return found;
}

function damage(root: Json, random: Random): void {
  const all = places(root);
  // Vocabularies hold nearly all places, and settings decide more.
  const settings = all.filter(({ key }) => /^[a-z_]{3,}$/.test(key));
  const among = random.below(3) > 0 && settings.length > 0 ? settings : all;
  const place = among[random.below(among.length)];
  if (place === undefined) return;
  const container = place.container as Record<string, Json>;
  const old = container[place.key]!;
  const set = (value: Json) => {
    Object.defineProperty(container, place.key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  };
  switch (random.below(5)) {
    case 0:
      set(structuredClone(values[random.below(values.length)]!));
      break;
    case 1:
      if (Array.isArray(container)) container.splice(Number(place.key), 1);
      else delete container[place.key];
      break;
    case 2: {
      const other = all[random.below(all.length)]!;
      set(structuredClone((other.container as Record<string, Json>)[other.key] ?? null));
      break;
    }
    case 3:
      if (Array.isArray(old))
        for (let i = random.below(50); i >= 0; i--) old.push(structuredClone(old[0] ?? null));
      else if (typeof old === 'number') set(old * [-1, 1000, 1e9][random.below(3)]!);
      else if (typeof old === 'string') set(old.repeat(random.below(10)));
      break;
    default:
      set(kinds[random.below(kinds.length)]!);
  }
}

/** A damaged copy of one of the files: of its values, and now and then of its bytes as well. */
export function mutateJson(seeds: readonly Buffer[], random: Random): Buffer {
  if (random.below(4) === 0) return mutate(seeds, random);
  const seed = seeds[random.below(seeds.length)]!;
  const root = JSON.parse(seed.toString('utf8')) as Json;
  for (let i = random.below(4); i >= 0; i--) damage(root, random);
  const bytes = Buffer.from(JSON.stringify(root));
  return random.below(10) === 0 ? mutate([bytes], random) : bytes;
}
