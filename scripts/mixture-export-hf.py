"""Writes parsed-hf.json beside each plan in tests/mixture/export/fixtures: what interleave_datasets draws with our probabilities.

Every document of a source has the source's mean length. Run at the root after scripts/mixture-export.ts:
`pip install datasets && python scripts/mixture-export-hf.py`.
"""
import importlib.util
import itertools
import json
from pathlib import Path

import datasets


def documents(name, length, count):
    for _ in range(count):
        yield {"name": name, "tokens": length}


drawn = 30_000
for folder in sorted(Path("tests/mixture/export/fixtures").iterdir()):
    spec = importlib.util.spec_from_file_location("interleave", folder / "interleave.py")
    interleave = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(interleave)
    plan = json.loads((folder / "mixture.json").read_text())
    phases = []
    for phase in range(len(plan["phases"])):
        sources = {
            name: datasets.IterableDataset.from_generator(
                documents, gen_kwargs={"name": name, "length": source["tokens"] / source["documents"], "count": drawn}
            )
            for name, source in plan["sources"].items()
        }
        tokens = {}
        for document in itertools.islice(interleave.mixed(sources, phase), drawn):
            tokens[document["name"]] = tokens.get(document["name"], 0) + document["tokens"]
        phases.append(dict(sorted(tokens.items())))
    parsed = {"datasets": datasets.__version__, "phases": phases}
    (folder / "parsed-hf.json").write_text(json.dumps(parsed, indent=1) + "\n")
    print(folder.name, parsed)
