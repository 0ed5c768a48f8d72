"""Writes tests/mixture/export/fixtures/parsed-hf.json: what interleave_datasets draws with our probabilities.

Every document of a source has the source's mean length. Run at the root after scripts/mixture-export.ts:
`pip install datasets && python scripts/mixture-export-hf.py`.
"""
import importlib.util
import itertools
import json
from pathlib import Path

import datasets

folder = Path("tests/mixture/export/fixtures")
spec = importlib.util.spec_from_file_location("interleave", folder / "interleave.py")
interleave = importlib.util.module_from_spec(spec)
spec.loader.exec_module(interleave)
plan = json.loads((folder / "mixture.json").read_text())


def documents(name, length, count):
    for _ in range(count):
        yield {"name": name, "tokens": length}


sources = {
    name: datasets.IterableDataset.from_generator(
        documents, gen_kwargs={"name": name, "length": source["tokens"] / source["documents"], "count": 30_000}
    )
    for name, source in plan["sources"].items()
}
tokens = dict.fromkeys(sources, 0)
drawn = 30_000
for document in itertools.islice(interleave.mixed(sources), drawn):
    tokens[document["name"]] += document["tokens"]
parsed = {"datasets": datasets.__version__, "tokens": tokens}
(folder / "parsed-hf.json").write_text(json.dumps(parsed, indent=1) + "\n")
print(parsed)
