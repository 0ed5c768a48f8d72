"""Checks what Assay scores against PyPI's kenlm, word by word, on any ARPA file.

    pip install kenlm
    assay lm score MODEL.arpa --words raw --each-word --json --text TEXT > scores.json
    python scripts/kenlm-score.py MODEL.arpa TEXT scores.json

TEXT holds words between spaces, a sentence a line, and no empty lines. Exits 1 when a log10 or the perplexity differs
by more than 1e-4 of itself.
"""

import json
import sys

import kenlm


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    model = kenlm.Model(sys.argv[1])
    with open(sys.argv[3], encoding="utf-8") as file:
        ours = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as lines:
        theirs = [score for line in lines for score in model.full_scores(line.rstrip("\n"))]
    if len(theirs) != len(ours["scores"]):
        print(f"{len(ours['scores'])} scores of Assay, {len(theirs)} of kenlm")
        return 1
    worst = max(
        abs(score["log10"] - log10) / max(abs(log10), 1e-3) for score, (log10, _, _) in zip(ours["scores"], theirs)
    )
    orders = sum(score["order"] != order for score, (_, order, _) in zip(ours["scores"], theirs))
    perplexity = 10 ** (-sum(log10 for log10, _, _ in theirs) / len(theirs))
    apart = abs(ours["perplexity"] - perplexity) / perplexity
    print(f"{len(theirs)} words and line ends: largest relative difference of a log10 {worst:.2e}")
    print(f"{orders} differ in the length of the n-gram found")
    print(f"perplexity {ours['perplexity']:.6f} (Assay) and {perplexity:.6f} (kenlm)")
    return 1 if worst > 1e-4 or apart > 1e-4 else 0


if __name__ == "__main__":
    sys.exit(main())
