"""
Pins what DCLM's filters measure on the 500 documents: python3 scripts/signals-dclm.py FOLDER

FOLDER is a copy of github.com/mlfoundations/dclm (commit 2024 or later); needs nltk and uniseg. The filters only keep or
drop, so their limit is replaced by an object that notes what it is compared with. Writes
tests/corpus/fixtures/signals-dclm.json, per file and in the order of signals-documents.json, 20 numbers to 7 significant
digits: the 13 repetition measurements, mean word length, symbols per word, bullet lines, ellipsis lines, stop words,
distinct stop words, words without a letter.
"""

import importlib.util
import json
import sys
import types
from pathlib import Path

root = Path(__file__).parent.parent
fixtures = root / "tests/corpus/fixtures"


def load_filters(folder: str):
    """The filters' module; what it imports for other filters is left empty."""
    for name in ("transformers", "fasttext", "unidecode"):
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].AutoTokenizer = sys.modules[name].unidecode = None
    for name, path in (("core", "core"), ("baselines", ""), ("baselines.mappers", "mappers")):
        package = types.ModuleType(name)
        package.__path__ = [f"{folder}/baselines/{path}"]
        sys.modules[name] = package
    path = f"{folder}/baselines/mappers/filters/content_filters.py"
    spec = importlib.util.spec_from_file_location("content_filters", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Limit:
    """A limit that lets everything pass and remembers the last value held against it, divided by its factor."""

    def __init__(self) -> None:
        self.value, self.factor = 0, 1

    def __mul__(self, factor):
        self.factor = max(factor, 1)
        return self

    def _note(self, value, answer: bool) -> bool:
        self.value = value / self.factor
        return answer

    def __lt__(self, value):
        return self._note(value, False)

    def __gt__(self, value):
        return self._note(value, False)

    def __le__(self, value):
        return self._note(value, False)

    def __ge__(self, value):
        return self._note(value, True)


def noted(run) -> float:
    limit = Limit()
    run(limit)
    return float(f"{limit.value:.7g}") or 0


def measure(filters, text: str) -> list[float]:
    page, cache = {"text": text}, {}
    kinds = [("line", False), ("paragraph", False), ("line", True), ("paragraph", True)]
    kinds += [(n, True) for n in range(2, 11)]
    values = [
        noted(lambda limit: filters.repetition_filter(page, kind, limit, count_characters=characters, cache=cache))
        for kind, characters in kinds
    ]
    return values + [
        noted(lambda limit: filters.word_length_filter(page, min_length=limit)),
        noted(lambda limit: filters.symbol_ratio_filter(page, limit)),
        noted(lambda limit: filters.bullet_count_filter(page, limit)),
        noted(lambda limit: filters.ellipsis_count_filter(page, limit)),
        noted(lambda limit: filters.stop_word_filter(page, min_stop_word=limit)),
        noted(lambda limit: filters.stop_word_filter(page, count_unique=True, min_stop_word=limit)),
        noted(lambda limit: filters.alphabetic_word_ratio_filter(page, limit)),
    ]


def main() -> None:
    filters = load_filters(sys.argv[1])
    values = {}
    for name, picked in json.loads((fixtures / "signals-documents.json").read_text()).items():
        rows = (root / f"examples/demo/data/{name}.jsonl").read_text(encoding="utf-8").split("\n")
        values[name] = [measure(filters, json.loads(rows[row])["text"]) for row, _ in picked]
    (fixtures / "signals-dclm.json").write_text(json.dumps(values, separators=(",", ":")) + "\n")


main()
