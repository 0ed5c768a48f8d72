"""
Pins what the dolma toolkit's tagger gopher_v2 measures on the 500 documents: python3 scripts/signals-dolma.py

Needs dolma 1.2. Writes tests/corpus/fixtures/signals-dolma.json, per file and in the order of signals-documents.json, the
11 measurements to 9 significant digits: duplicate lines, their characters, top 2- to 4-grams, duplicate 5- to 10-grams.
A measurement that dolma leaves out, as the text has too few words, is 0.
"""

import json
from pathlib import Path

from dolma.taggers.gopher import get_attributes

root = Path(__file__).parent.parent
fixtures = root / "tests/corpus/fixtures"


def measure(text: str) -> list[float]:
    measured = get_attributes(text, ignore_empty_lines=True)
    ngrams = dict(measured.fraction_of_characters_in_most_common_ngram)
    ngrams.update(measured.fraction_of_characters_in_duplicate_ngrams)
    lines = [measured.fraction_of_duplicate_lines, measured.fraction_of_characters_in_duplicate_lines]
    return [float(f"{value:.9g}") or 0 for value in lines + [ngrams.get(n, 0) for n in range(2, 11)]]


def main() -> None:
    values = {}
    for name, picked in json.loads((fixtures / "signals-documents.json").read_text()).items():
        rows = (root / f"examples/demo/data/{name}.jsonl").read_text(encoding="utf-8").split("\n")
        values[name] = [measure(json.loads(rows[row])["text"]) for row, _ in picked]
    (fixtures / "signals-dolma.json").write_text(json.dumps(values, separators=(",", ":")) + "\n")


main()
