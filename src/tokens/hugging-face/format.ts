/** The parts of a Hugging Face `tokenizer.json` that Assay reads; the rest is for the `tokenizers` library. */

/** A normalizer, pre-tokenizer or decoder: its kind, parts of a `Sequence`, and settings. */
export interface Component {
  type: string;
  normalizers?: Component[];
  pretokenizers?: Component[];
  decoders?: Component[];
  [setting: string]: unknown;
}

export interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
  [setting: string]: unknown;
}

export interface TokenizerFile {
  added_tokens?: AddedToken[] | null;
  normalizer?: Component | null;
  pre_tokenizer?: Component | null;
  decoder?: Component | null;
  model: {
    type?: string;
    /** Ids by token, or for Unigram pairs of token and score in id order. */
    vocab: Record<string, number> | [string, number][];
    merges?: (string | [string, string])[];
    unk_token?: string | null;
    continuing_subword_prefix?: string | null;
    end_of_word_suffix?: string | null;
    byte_fallback?: boolean;
    ignore_merges?: boolean;
    [setting: string]: unknown;
  };
}

/** A component and all parts of it, however nested. */
export function* parts(component: Component | null | undefined): Iterable<Component> {
  if (!component) return;
  yield component;
  for (const list of [component.normalizers, component.pretokenizers, component.decoders]) {
    for (const part of list ?? []) yield* parts(part);
  }
}
