/**
 * A vocabulary as a Hugging Face `tokenizer.json`, and back.
 *
 * `ignore_merges` makes a piece that is itself a token that token, as tiktoken does. Texts that contain the characters
 * `<|endoftext|>` are the one difference: Hugging Face reads them as the special token unless its
 * `encode_special_tokens` is set.
 */
import { AssayError } from '../errors.js';
import { canonicalJson, readJson } from '../store/index.js';
import { fromAlphabet, toAlphabet } from './byte-alphabet.js';
import { allMerges } from './merges.js';
import { endOfTextName, type Vocabulary } from './tokenizer.js';

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };

export function tokenizerJson(vocabulary: Vocabulary): object {
  const written = vocabulary.map(toAlphabet);
  const endOfText = vocabulary.length;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: endOfText,
        content: endOfTextName,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      },
    ],
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab: Object.fromEntries([...written, endOfTextName].map((token, id) => [token, id])),
      merges: allMerges(vocabulary).map(({ left, right }) => `${written[left]} ${written[right]}`),
    },
  };
}

/**
 * The vocabulary of a file that `tokenizerJson` wrote; undefined for a tokenizer of another kind or origin.
 *
 * @throws AssayError for a file that is absent or not JSON
 */
export function vocabularyOfAssay(path: string): Vocabulary | undefined {
  const json = readJson<{ model?: { merges?: unknown; vocab?: Record<string, number> } } | null>(path);
  if (json === undefined) throw new AssayError(path, 'no such file', { expected: 'a tokenizer.json' });
  const vocabulary = vocabularyIn(json);
  if (vocabulary === undefined) return undefined;
  // Every part counts: other merges over the same vocabulary would encode in another way.
  return canonicalJson(tokenizerJson(vocabulary)) === canonicalJson(json) ? vocabulary : undefined;
}

/**
 * The vocabulary of a file that `tokenizerJson` wrote; undefined when there is no file.
 *
 * @throws AssayError for a file that holds something else
 */
export function readTokenizerJson(path: string): Vocabulary | undefined {
  const json = readJson<{ model?: { vocab?: Record<string, number> } }>(path);
  if (json === undefined) return undefined;
  const vocabulary = vocabularyIn(json);
  if (vocabulary !== undefined) return vocabulary;
  throw new AssayError(path, 'not a byte-level vocabulary of Assay', {
    expected: 'ids without gaps, all 256 bytes, and end-of-text as the last id',
    fix: 'Delete it and run the same command again.',
  });
}

function vocabularyIn(json: { model?: { vocab?: Record<string, number> } } | null): Vocabulary | undefined {
  const vocab = json?.model?.vocab ?? {};
  const entries = Object.entries(vocab);
  const vocabulary: (string | undefined)[] = new Array(Math.max(entries.length - 1, 0)).fill(undefined);
  for (const [token, id] of entries) {
    if (token !== endOfTextName && id < vocabulary.length) vocabulary[id] = fromAlphabet(token);
  }
  const bytes = new Set(vocabulary.filter((token) => token?.length === 1));
  const last = vocab[endOfTextName] === vocabulary.length;
  return last && bytes.size === 256 && !vocabulary.includes(undefined)
    ? (vocabulary as Vocabulary)
    : undefined;
}
