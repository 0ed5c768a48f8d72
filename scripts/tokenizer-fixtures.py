"""Writes the tokenizers of tests/tokens/fixtures/hugging-face, and the ids that PyPI's `tokenizers` gives with them.

    pip install tokenizers==0.23.2
    python scripts/tokenizer-fixtures.py TEXTS.jsonl tests/tokens/fixtures/hugging-face

TEXTS.jsonl: a JSON object with a `text` a line (examples/demo/data after its prepare.mjs). The vocabularies are trained
on the first two megabytes. `texts.jsonl` gets texts to encode, one JSON string a line, and each `<kind>.ids.jsonl` their
ids, a JSON list a line; special tokens in the texts are text (`encode_special_tokens`).
"""

import json
import sys
from pathlib import Path

from tokenizers import (
    AddedToken,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

TRICKY = [
    "",
    " ",
    "\n\n  two\tspaces  and\r\nlines ",
    "It's 42!  Don't\n\nstop 3.14",
    "Größe, naïve café, Ελληνικά, Русский, עברית, العربية, हिन्दी, 日本語、中文。한국어",
    "e\u0301 ﬁ ① Ⅷ ½ ２０２６ İstanbul ß\u200d\u200b\ufeff\u0085\u00a0\u3000x",
    "🦊🇩🇪👩‍👩‍👧 𝔘𝔫𝔦 \u0000\u0007 \u2028",
    "a<|endoftext|>b </s> <s> [SEP] [UNK] <unk> <0x0A> ▁▁ ##ing tail",
    "z" * 150 + " " + "ab" * 100,
]


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer, trainers.BpeTrainer(
        vocab_size=2000,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )


def byte_level_digits():
    """A byte-level BPE with another pattern and added words: not for the fast path."""
    tokenizer, trainer = byte_level()
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    from tokenizers import Regex

    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return tokenizer, trainer


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    return tokenizer, trainers.WordPieceTrainer(
        vocab_size=2000, special_tokens=["[UNK]", "[CLS]", "[SEP]"], show_progress=False
    )


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace("``", '"')])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer, trainers.UnigramTrainer(
        vocab_size=1500, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )


def byte_fallback():
    """As Llama's: no pre-tokenizer, spaces written as ▁, unknown characters as bytes."""
    fallback = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    return tokenizer, trainers.BpeTrainer(
        vocab_size=2000,
        special_tokens=["<unk>", "<s>", "</s>", *fallback],
        limit_alphabet=120,
        show_progress=False,
    )


def as_llama(tokenizer):
    """The trained vocabulary with Llama's normalizer, which a trainer cannot be given."""
    parsed = json.loads(tokenizer.to_str())
    parsed["added_tokens"] = [t for t in parsed["added_tokens"] if not t["content"].startswith("<0x")]
    parsed["normalizer"] = {
        "type": "Sequence",
        "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        ],
    }
    parsed["pre_tokenizer"] = None
    parsed["decoder"] = {
        "type": "Sequence",
        "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ],
    }
    return Tokenizer.from_str(json.dumps(parsed))


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    texts, size = [], 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            texts.append(json.loads(line)["text"])
            size += len(texts[-1])
            if size > 2_000_000:
                break
    chosen = [text[:400] for text in texts[:: max(1, len(texts) // 60)]][:60] + TRICKY
    with open(folder / "texts.jsonl", "w", encoding="utf-8") as out:
        out.writelines(json.dumps(text) + "\n" for text in chosen)
    kinds = {
        "byte-level": byte_level,
        "byte-level-llama3": byte_level_digits,
        "word-piece": word_piece,
        "unigram": unigram,
        "byte-fallback": byte_fallback,
    }
    for kind, make in kinds.items():
        tokenizer, trainer = make()
        tokenizer.train_from_iterator(texts, trainer)
        if kind == "byte-fallback":
            tokenizer = as_llama(tokenizer)
        if kind == "byte-level-llama3":
            tokenizer.add_tokens([AddedToken("<tool>", normalized=False)])
        (folder / f"{kind}.json").write_text(tokenizer.to_str(pretty=False) + "\n", encoding="utf-8")
        tokenizer.encode_special_tokens = True
        with open(folder / f"{kind}.ids.jsonl", "w", encoding="utf-8") as out:
            for text in chosen:
                ids = tokenizer.encode(text, add_special_tokens=False).ids
                out.write(json.dumps(ids, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
