"""Archives by the reference implementation of Zstandard, for tests/corpus/read/zstd.test.ts.

Run: pip install zstandard==0.25.0 && python scripts/readers-zstd-fixtures.py
"""
import hashlib
import json
import pathlib
import random

import zstandard

folder = pathlib.Path(__file__).parent.parent / "tests/corpus/read/fixtures/zstd"
random.seed(20)
words = ["".join(random.choices("etaoinshrdlu", k=random.randint(1, 9))) for _ in range(3000)]
text = " ".join(random.choices(words, weights=range(3000, 0, -1), k=40000)).encode()
repeated = text[:50000] + bytes(300000) + text[:50000] * 3


def compress(data, level, **options):
    return zstandard.ZstdCompressor(level=level, **options).compress(data)


def flushed(data):
    compressor = zstandard.ZstdCompressor(level=3).compressobj()
    parts = [
        compressor.compress(data[i : i + 5000]) + compressor.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        for i in range(0, len(data), 5000)
    ]
    return b"".join(parts) + compressor.flush()


wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27, enable_ldm=True)
skippable = bytes([0x53, 0x2A, 0x4D, 0x18, 4, 0, 0, 0]) + b"note"
archives = {
    "fast": (text, compress(text, -5)),
    "best": (text, compress(text, 22, write_checksum=True)),
    "small-blocks": (text[:60000], flushed(text[:60000])),
    "repeats": (repeated, compress(repeated, 19)),
    "wide-window": (repeated, zstandard.ZstdCompressor(compression_params=wide).compress(repeated)),
    "frames": (
        text[:3000] + b"x" + text[:2000],
        compress(text[:3000], 3) + skippable + compress(b"", 3) + compress(b"x", 3) + compress(text[:2000], 9),
    ),
}
folder.mkdir(parents=True, exist_ok=True)
for name, (_, archive) in archives.items():
    (folder / f"{name}.zst").write_bytes(archive)
digests = {name: hashlib.sha256(data).hexdigest() for name, (data, _) in archives.items()}
(folder / "sha256.json").write_text(json.dumps(digests, indent=2) + "\n")
