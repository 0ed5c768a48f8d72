"""Writes parsed-mosaicml.json beside each plan in tests/mixture/export/fixtures: samples that MosaicML Streaming takes of our streams.

Run at the root after scripts/mixture-export.ts: `pip install mosaicml-streaming && python scripts/mixture-export-mosaicml.py`.
"""
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import streaming
import yaml
from streaming.base.stream import Stream

folders = sorted(Path("tests/mixture/export/fixtures").resolve().iterdir())
os.chdir(tempfile.mkdtemp())  # Streams make their local folders.
for folder in folders:
    plan = json.loads((folder / "mixture.json").read_text())
    held = {p["path"]: p.get("tokens", s["tokens"]) // plan["contextTokens"] for s in plan["sources"].values() for p in s["paths"]}
    phases = []
    for file in sorted(folder.glob("streams*.yaml")):
        dataset = yaml.safe_load(file.read_text())["train_loader"]["dataset"]
        sizes = np.array([held[options.get("remote", options["local"])] for options in dataset["streams"].values()])
        streams = {name: Stream(**options) for name, options in dataset["streams"].items()}
        epoch = Stream.apply_weights(list(streams.values()), sizes, dataset["epoch_size"], seed=0)
        phases.append({"samples": {name: int(stream.choose) for name, stream in streams.items()}, "epoch": int(epoch)})
    parsed = {"mosaicml-streaming": streaming.__version__, "phases": phases}
    (folder / "parsed-mosaicml.json").write_text(json.dumps(parsed, indent=1) + "\n")
    print(folder.name, parsed)
