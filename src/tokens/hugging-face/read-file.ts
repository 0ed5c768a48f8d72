/**
 * A `tokenizer.json` as Assay uses it: its tokens by id, which of them ends a document, and the file that the
 * `tokenizers` library is given.
 *
 * The library is given other names for the special tokens, which no text holds, so that `</s>` in a text is text. What
 * would cut, pad or randomise (truncation, padding, BPE dropout) is left out, and so are the tokens that a
 * post-processor adds.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { AssayError, ExitCode } from '../../errors.js';
import { readingSync } from '../../store/index.js';
import { endOfTextOf } from './end-of-text.js';
import type { AddedToken, Component, TokenizerFile } from './format.js';

export interface HuggingFaceFile {
  path: string;
  /** SHA-256 of the file, 64 hex digits. */
  sha256: string;
  json: TokenizerFile;
  /** Token by id, with gaps where the file has none. */
  tokens: (string | undefined)[];
  /** One more than the highest id. */
  vocabularySize: number;
  endOfText: { id: number; name: string };
  /** Ids that stand for no text, end-of-text among them. */
  special: ReadonlySet<number>;
}

/** The largest published files have some 40 MB. */
const largestFile = 256 * 1024 * 1024;
/** The largest published vocabularies have some 260,000 tokens. */
const largestVocabulary = 2 ** 22;
/** Deepest nesting of a `Sequence` in a `Sequence`. */
const deepest = 8;

/** @throws AssayError for a file that is absent, too large or not a tokenizer.json, or whose end-of-text is not known */
export function readHuggingFaceFile(path: string, endOfText?: string): HuggingFaceFile {
  const bytes = readingSync(path, () => {
    const { size } = statSync(path);
    if (size > largestFile) throw problem(path, 'too large for a tokenizer.json', `${size} bytes`);
    return readFileSync(path);
  });
  return parseHuggingFaceFile(path, bytes, endOfText);
}

/** The same, of bytes that have been read. */
export function parseHuggingFaceFile(path: string, bytes: Uint8Array, endOfText?: string): HuggingFaceFile {
  const json = parse(path, bytes);
  const ids = idsByToken(path, json);
  let highest = -1;
  for (const id of ids.values()) highest = Math.max(highest, id);
  const tokens: (string | undefined)[] = new Array(highest + 1).fill(undefined);
  for (const [token, id] of ids) {
    if (tokens[id] !== undefined) {
      throw problem(path, 'two tokens with one id', `${JSON.stringify([tokens[id], token])} as ${id}`);
    }
    tokens[id] = token;
  }
  const name = endOfTextOf(path, ids, endOfText);
  const special = new Set((json.added_tokens ?? []).filter((token) => token.special).map(({ id }) => id));
  special.add(ids.get(name)!);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const vocabularySize = highest + 1;
  return { path, sha256, json, tokens, vocabularySize, endOfText: { id: ids.get(name)!, name }, special };
}

function parse(path: string, bytes: Uint8Array): TokenizerFile {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw problem(path, 'not a tokenizer.json', (cause as Error).message, cause);
  }
  if (!isObject(json) || !isObject(json.model)) throw problem(path, 'not a tokenizer.json', 'no model');
  const { added_tokens: added, model } = json;
  const isAdded = (token: unknown) => isObject(token) && typeof token.content === 'string';
  if (added !== undefined && added !== null && !(Array.isArray(added) && added.every(isAdded))) {
    throw problem(path, 'not a tokenizer.json', 'added_tokens that are no list of tokens');
  }
  if (!isObject(model.vocab) && !Array.isArray(model.vocab)) {
    throw problem(path, 'not a tokenizer.json', 'a model without a vocabulary');
  }
  for (const name of ['normalizer', 'pre_tokenizer', 'decoder'] as const) {
    if (!isComponent(json[name], 0)) throw problem(path, 'not a tokenizer.json', `a ${name} that is none`);
  }
  return json as unknown as TokenizerFile;
}

function idsByToken(path: string, { model, added_tokens }: TokenizerFile): Map<string, number> {
  const ids = new Map<string, number>();
  const add = (token: unknown, id: unknown) => {
    if (typeof token !== 'string' || !Number.isInteger(id) || (id as number) < 0) {
      throw problem(path, 'not a vocabulary', `id ${JSON.stringify(id)} of ${JSON.stringify(token)}`);
    }
    if ((id as number) >= largestVocabulary) throw problem(path, 'an id that is too large', String(id));
    ids.set(token, id as number);
  };
  if (Array.isArray(model.vocab)) {
    for (const [id, entry] of model.vocab.entries()) add(Array.isArray(entry) ? entry[0] : entry, id);
  } else {
    for (const [token, id] of Object.entries(model.vocab)) add(token, id);
  }
  for (const { content, id } of added_tokens ?? []) add(content, id);
  if (ids.size === 0) throw problem(path, 'not a vocabulary', 'no tokens');
  return ids;
}

/** What the `tokenizers` library is given: see the head of this file. */
export function forLibrary({ json, sha256, tokens, special }: HuggingFaceFile): string {
  const renamed = new Map<string, string>();
  for (const id of special) {
    const token = tokens[id]!;
    // A token that stands for a byte must keep its name, by which the library finds it.
    if (!/^<0x[0-9A-F]{2}>$/.test(token)) renamed.set(token, `\u{10ffff}${sha256.slice(0, 16)}.${id}`);
  }
  const rename = (token: string) => renamed.get(token) ?? token;
  const { model } = json;
  const vocab = Array.isArray(model.vocab)
    ? model.vocab.map(([token, score]) => [rename(token), score])
    : Object.fromEntries(Object.entries(model.vocab).map(([token, id]) => [rename(token), id]));
  const added = (json.added_tokens ?? []).map((token): AddedToken => {
    return renamed.has(token.content)
      ? { ...token, content: rename(token.content), normalized: false }
      : token;
  });
  const unknown = typeof model.unk_token === 'string' ? { unk_token: rename(model.unk_token) } : {};
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: json.normalizer ?? null,
    pre_tokenizer: json.pre_tokenizer ?? null,
    post_processor: null,
    decoder: json.decoder ?? null,
    model: { ...model, ...(model.type === 'BPE' ? { dropout: null } : {}), ...unknown, vocab },
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isComponent(value: unknown, depth: number): value is Component | null | undefined {
  if (value === undefined || value === null) return true;
  if (!isObject(value) || depth > deepest) return false;
  return [value.normalizers, value.pretokenizers, value.decoders].every(
    (list) =>
      list === undefined || (Array.isArray(list) && list.every((part) => isComponent(part, depth + 1))),
  );
}

function problem(path: string, what: string, got: string, cause?: unknown): AssayError {
  return new AssayError(path, what, {
    expected: 'a tokenizer.json of Hugging Face tokenizers',
    got: got.slice(0, 200),
    exitCode: ExitCode.data,
    cause,
  });
}
