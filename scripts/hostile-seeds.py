"""Writes tests/hostile/seeds: small whole files of every format, which the hostile tests damage.

    pip install numpy pyarrow safetensors tokenizers zstandard
    python scripts/hostile-seeds.py tests/hostile/seeds
"""

import gzip
import io
import json
import struct
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

WORDS = "the quick brown fox jumps over a lazy dog while naïve 日本 readers wait 42 times".split()


def texts(count):
    return [" ".join(WORDS[(i * 7 + j * 3) % len(WORDS)] for j in range(5 + i % 40)) for i in range(count)]


def rows(count):
    return [{"text": text, "score": i / 7, "url": f"https://example.org/{i}", "meta": {"n": i}} for i, text in enumerate(texts(count))]


def jsonl(count):
    return "".join(json.dumps(row, ensure_ascii=i % 2 == 0) + "\n" for i, row in enumerate(rows(count))).encode()


def write_archives(folder):
    (folder / "rows.jsonl").write_bytes(jsonl(12))
    members = [gzip.compress(jsonl(count), mtime=0) for count in (15, 3)]
    (folder / "rows.jsonl.gz").write_bytes(b"".join(members))
    framed = zstandard.ZstdCompressor(level=19, write_checksum=True).compress(jsonl(40))
    out = io.BytesIO()
    with zstandard.ZstdCompressor(level=3).stream_writer(out, closefd=False) as stream:
        stream.write(jsonl(9))
    skippable = struct.pack("<II", 0x184D2A50, 8) + b"skip me!"
    (folder / "rows.jsonl.zst").write_bytes(framed + skippable + out.getvalue())


def write_tables(folder):
    lines = ["text,score,note"]
    for i, text in enumerate(texts(15)):
        lines.append(f'"{text}, ""said"" it\nagain",{i / 3},plain {i}' if i % 3 == 0 else f"{text},{i},")
    (folder / "rows.csv").write_bytes("\r\n".join(lines).encode())
    data = rows(30)
    table = pa.table(
        {
            "text": [row["text"] if i % 11 else None for i, row in enumerate(data)],
            "score": [row["score"] for row in data],
            "meta": [row["meta"] for row in data],
            "tags": [["a", "b"][: i % 3] for i in range(30)],
        }
    )
    settings = {
        "plain": {"compression": "none", "use_dictionary": False},
        "snappy": {"compression": "snappy", "row_group_size": 8},
        "zstd": {"compression": "zstd", "data_page_version": "2.0", "column_encoding": {"text": "DELTA_BYTE_ARRAY"}, "use_dictionary": False},
        "gzip": {"compression": "gzip", "write_statistics": False},
    }
    for name, options in settings.items():
        pq.write_table(table, folder / f"table-{name}.parquet", **options)


def write_weights(folder):
    generator = np.random.default_rng(0)
    tensors = {
        "a.weight": generator.standard_normal((8, 16)).astype(np.float32),
        "b.bias": generator.standard_normal(16).astype(np.float16),
        "empty": np.zeros((0, 4), dtype=np.float32),
    }
    save_file(tensors, folder / "model.safetensors", metadata={"step": "1"})


def write_tokens(folder):
    documents = [list(text.encode()) + [256] for text in texts(20)]
    np.save(folder / "tokens.npy", np.concatenate(documents).astype(np.uint16))
    np.concatenate(documents).astype(np.uint16).tofile(folder / "raw.npy")
    (folder / "tokens.bin").write_bytes(np.concatenate(documents).astype(np.uint16).tobytes())
    sizes = np.array([len(document) for document in documents], dtype=np.int32)
    pointers = np.concatenate([[0], np.cumsum(sizes.astype(np.int64))[:-1]]) * 2
    head = b"MMIDIDX\x00\x00" + struct.pack("<QBQQ", 1, 8, len(sizes), len(sizes) + 1)
    marks = np.arange(len(sizes) + 1, dtype=np.int64)
    (folder / "tokens.idx").write_bytes(head + sizes.tobytes() + pointers.astype(np.int64).tobytes() + marks.tobytes())


def write_tokenizers(folder):
    corpus = texts(60)
    special = ["<unk>", "</s>"]
    kinds = []
    byte_level = Tokenizer(models.BPE())
    byte_level.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    byte_level.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    kinds.append(("bpe", byte_level, trainers.BpeTrainer(vocab_size=300, special_tokens=special, initial_alphabet=alphabet, show_progress=False)))
    word_piece = Tokenizer(models.WordPiece(unk_token="<unk>"))
    word_piece.normalizer = normalizers.BertNormalizer()
    word_piece.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    word_piece.decoder = decoders.WordPiece()
    kinds.append(("word-piece", word_piece, trainers.WordPieceTrainer(vocab_size=120, special_tokens=special, show_progress=False)))
    unigram = Tokenizer(models.Unigram())
    unigram.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(), normalizers.Replace("a", "a")])
    unigram.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Digits(), pre_tokenizers.Split("x", "isolated")])
    unigram.decoder = decoders.Metaspace()
    kinds.append(("unigram", unigram, trainers.UnigramTrainer(vocab_size=80, special_tokens=special, unk_token="<unk>", show_progress=False)))
    for name, tokenizer, trainer in kinds:
        tokenizer.train_from_iterator(corpus, trainer)
        (folder / f"tokenizer-{name}.json").write_text(tokenizer.to_str(pretty=False), encoding="utf-8")


def write_model(folder):
    (folder / "model.arpa").write_text(
        "\\data\\\nngram 1=5\nngram 2=4\nngram 3=2\n\n"
        "\\1-grams:\n-1.2\t<unk>\t0\n0\t<s>\t-0.3\n-0.9\t</s>\t0\n-0.6\tthe\t-0.2\n-0.7\tfox\t-0.1\n\n"
        "\\2-grams:\n-0.4\t<s> the\t-0.1\n-0.3\tthe fox\t-0.2\n-0.5\tfox </s>\t0\n-0.8\tfox the\t0\n\n"
        "\\3-grams:\n-0.1\t<s> the fox\n-0.2\tthe fox </s>\n\n\\end\\\n",
        encoding="utf-8",
    )


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for write in (write_archives, write_tables, write_weights, write_tokens, write_tokenizers, write_model):
        write(folder)


if __name__ == "__main__":
    main()
