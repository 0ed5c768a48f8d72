"""Writes parsed-olmo-core.json beside each plan in tests/mixture/export/fixtures: tokens that OLMo-core takes of each of our sources.

Empty files of the sizes of the plan stand for the data: OLMo-core counts tokens by the size of files. The tokens to ask
for are those that the first line of a file names.
Run at the root after scripts/mixture-export.ts: `pip install ai2-olmo-core && python scripts/mixture-export-olmo-core.py`.
"""
import json
import tempfile
from pathlib import Path

import yaml
from olmo_core.data.source_mixture import SourceMixtureDatasetConfig, SourceMixtureList
from olmo_core.data.types import NumpyDatasetDType
from olmo_core.version import VERSION


def tokens_taken(text, held):
    written = yaml.safe_load(text)
    with tempfile.TemporaryDirectory() as data:
        for source in written["sources"]:
            local = []
            for path in source["paths"]:
                file = Path(data) / (path.replace("/", "_") + ".npy")
                with open(file, "wb") as f:
                    f.truncate(2 * held[path])
                local.append(str(file))
            source["paths"] = local
        config = SourceMixtureDatasetConfig(
            source_list=SourceMixtureList.from_dict(written),
            requested_tokens=int(text.splitlines()[0].removeprefix("# requested_tokens: ")),
            global_batch_size=2048,
            render_tables=False,
            quiet=True,
        )
        mixture = config.build(npdtype=NumpyDatasetDType.uint16.as_np_dtype(), sequence_length=2048)
    return {source.name: sum(path.tokens for path in source.path_tokens) for source in mixture.sources}


for folder in sorted(Path("tests/mixture/export/fixtures").iterdir()):
    plan = json.loads((folder / "mixture.json").read_text())
    held = {p["path"]: p.get("tokens", s["tokens"]) for s in plan["sources"].values() for p in s["paths"]}
    files = sorted(folder.glob("source-mixture*.yaml"))
    parsed = {"olmo-core": VERSION, "phases": [tokens_taken(file.read_text(), held) for file in files]}
    (folder / "parsed-olmo-core.json").write_text(json.dumps(parsed, indent=1) + "\n")
    print(folder.name, parsed)
