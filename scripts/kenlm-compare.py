"""Compares two ARPA files n-gram by n-gram: a model that Assay trained with one that KenLM's lmplz trained.

    assay lm train --words raw --discount-fallback --text TEXT --out assay.arpa
    lmplz -o 5 --discount_fallback < TEXT > kenlm.arpa
    python scripts/kenlm-compare.py assay.arpa kenlm.arpa

TEXT holds words between spaces, a sentence a line, and no empty lines. lmplz is built from KenLM's sources
(https://github.com/kpu/kenlm); pip's kenlm does not hold it. Exits 1 when the n-grams are not the same or a log10
differs by more than 1e-4 of itself (of 0.001 where it is smaller: float32 has no more digits near a probability of 1).
"""

import sys


def grams(path: str) -> dict[str, tuple[float, float]]:
    values = {}
    order = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.endswith("-grams:"):
                order = int(line[1:-7])
            elif order and line and not line.startswith("\\"):
                fields = line.split("\t")
                values[fields[1]] = (float(fields[0]), float(fields[2]) if len(fields) > 2 else 0.0)
    return values


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    ours, theirs = grams(sys.argv[1]), grams(sys.argv[2])
    alone = len(ours.keys() ^ theirs.keys())
    worst = max(
        (abs(a - b) / max(abs(b), 1e-3), gram)
        for gram in ours.keys() & theirs.keys()
        for a, b in zip(ours[gram], theirs[gram])
    )
    print(f"{len(ours)} and {len(theirs)} n-grams, {alone} in one only")
    print(f"largest relative difference of a log10: {worst[0]:.2e} ({worst[1]!r})")
    return 1 if alone or worst[0] > 1e-4 else 0


if __name__ == "__main__":
    sys.exit(main())
