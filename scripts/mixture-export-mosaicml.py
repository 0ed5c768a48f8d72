"""Writes tests/mixture/export/fixtures/parsed-mosaicml.json: samples that MosaicML Streaming takes of our streams.

Run at the root after scripts/mixture-export.ts: `pip install mosaicml-streaming && python scripts/mixture-export-mosaicml.py`.
"""
import json
from pathlib import Path

import numpy as np
import streaming
import yaml
from streaming.base.stream import Stream

folder = Path("tests/mixture/export/fixtures")
plan = json.loads((folder / "mixture.json").read_text())
dataset = yaml.safe_load((folder / "streams.yaml").read_text())["train_loader"]["dataset"]
streams = {name: Stream(**options) for name, options in dataset["streams"].items()}
held = np.array([p.get("tokens", s["tokens"]) // plan["contextTokens"] for s in plan["sources"].values() for p in s["paths"]])
epoch = Stream.apply_weights(list(streams.values()), held, dataset["epoch_size"], seed=0)
parsed = {
    "mosaicml-streaming": streaming.__version__,
    "samples": {name: int(stream.choose) for name, stream in streams.items()},
    "epoch": int(epoch),
}
(folder / "parsed-mosaicml.json").write_text(json.dumps(parsed, indent=1) + "\n")
print(parsed)
