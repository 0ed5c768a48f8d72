"""
Pins what datatrove measures on the 500 documents: python3 scripts/signals-datatrove.py [NAME:ROW ...]

Needs datatrove 0.10 and spacy 3.8. Writes tests/corpus/fixtures/signals-datatrove.json, per file and in the order of
signals-documents.json: [hash of spaCy's words, kept, lines, duplicate lines, paragraphs, duplicate paragraphs, characters
in duplicate lines, in duplicate paragraphs, top 2- to 4-gram characters, duplicate 5- to 10-gram characters]; shares are
these over lines, paragraphs, or the length of the text. The hash is of the words joined by U+0001, 8 hex digits. The
words of documents named on the command line are spelled out.
"""

import hashlib
import json
import sys
from pathlib import Path

from datatrove.data import Document
from datatrove.pipeline.filters import gopher_repetition_filter as oracle
from datatrove.utils.text import split_into_words

root = Path(__file__).parent.parent
fixtures = root / "tests/corpus/fixtures"


def measure(text: str, words: list[str], repetition: oracle.GopherRepetitionFilter) -> list:
    lines = repetition._line_splitter.split(text)
    paragraphs = repetition.paragraph_exp.split(text.strip())
    line_copies, line_characters = oracle.find_duplicates(lines)
    paragraph_copies, paragraph_characters = oracle.find_duplicates(paragraphs)
    tops = []
    for n in (2, 3, 4):
        ngrams = oracle.get_n_grams(words, n)
        tops.append(oracle.find_top_duplicate(ngrams) if ngrams else 0)
    return [
        hashlib.sha256("\u0001".join(words).encode()).hexdigest()[:8],
        int(repetition.filter(Document(text=text, id="")) is True),
        len(lines),
        line_copies,
        len(paragraphs),
        paragraph_copies,
        line_characters,
        paragraph_characters,
        *tops,
        *(oracle.find_all_duplicate(words, n) for n in range(5, 11)),
    ]


def main() -> None:
    repetition = oracle.GopherRepetitionFilter()
    spelled = {}
    values = {}
    for name, picked in json.loads((fixtures / "signals-documents.json").read_text()).items():
        rows = (root / f"examples/demo/data/{name}.jsonl").read_text(encoding="utf-8").split("\n")
        values[name] = []
        for row, _ in picked:
            text = json.loads(rows[row])["text"]
            words = split_into_words(text, "eng")
            values[name].append(measure(text, words, repetition))
            if f"{name}:{row}" in sys.argv:
                spelled[f"{name}:{row}"] = words
    fixture = {"values": values, "spelled": spelled}
    (fixtures / "signals-datatrove.json").write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


main()
