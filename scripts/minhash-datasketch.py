"""Which pairs of licences the MinHash-LSH of `datasketch` joins under 5 seeds, and their exact Jaccard similarity.

    pip install datasketch regex
    python scripts/minhash-datasketch.py examples/demo/data/licences.jsonl \
        > tests/corpus/duplicates/fixtures/datasketch.json

Words are cut here by `regex`'s Unicode word boundaries, hashed and permuted by datasketch: nothing is shared with
Assay. Pairs are numbers of rows, similarity, and in bit s of the last number whether seed s joins them; pairs below
0.3 are left out.
"""

import hashlib
import json
import sys
import unicodedata
from itertools import combinations

import datasketch
import regex

WORDS, BANDS, ROWS, THRESHOLD, SEEDS = 5, 14, 8, 0.75, 5


def words(text: str) -> list[str]:
    pieces = regex.split(r"(?w)\b", text, flags=regex.V1)
    pieces = [piece for piece in pieces if regex.search(r"[\p{L}\p{N}]", piece)]
    normal = (unicodedata.normalize("NFKC", piece).lower() for piece in pieces)
    kept = (regex.sub(r"[^\p{L}\p{N}\p{M}]", "", piece) for piece in normal)
    return [word for word in kept if word]


def shingles(text: str) -> set[str]:
    all_words = words(text)
    return {" ".join(all_words[i : i + WORDS]) for i in range(max(1, len(all_words) - WORDS + 1))}


with open(sys.argv[1], encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]
sets = [shingles(text) for text in texts]


def joined_pairs(seed: int) -> set[tuple[int, int]]:
    signatures = []
    index = datasketch.MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))
    for number, shingle_set in enumerate(sets):
        signature = datasketch.MinHash(num_perm=BANDS * ROWS, seed=seed)
        signature.update_batch([shingle.encode() for shingle in shingle_set])
        signatures.append(signature)
        index.insert(number, signature)
    return {
        (i, j)
        for i, signature in enumerate(signatures)
        for j in index.query(signature)
        if i < j and signature.jaccard(signatures[j]) >= THRESHOLD
    }


joined = [joined_pairs(seed) for seed in range(SEEDS)]
pairs = []
for i, j in combinations(range(len(texts)), 2):
    exact = len(sets[i] & sets[j]) / len(sets[i] | sets[j])
    if exact >= 0.3:
        pairs.append([i, j, round(exact, 4), sum(((i, j) in joined[seed]) << seed for seed in range(SEEDS))])

json.dump(
    {
        "datasketch": datasketch.__version__,
        "seeds": SEEDS,
        "sha256": hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(),
        "pairs": pairs,
    },
    sys.stdout,
    separators=(",", ":"),
)
print()
