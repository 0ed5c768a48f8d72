"""Writes tests/mixture/export/fixtures/parsed-megatron.json: our blend as Megatron-Core parses it.

Run at the root after scripts/mixture-export.ts: `pip install megatron-core torch && python scripts/mixture-export-megatron.py`.
"""
import json
from pathlib import Path

import megatron.core
from megatron.core.datasets.utils import get_blend_from_list, normalize

folder = Path("tests/mixture/export/fixtures")
# --data-args-path: the file is read as one text and split at white space.
prefixes, weights = get_blend_from_list((folder / "blend.txt").read_text().strip().split())
parsed = {"megatron-core": megatron.core.__version__, "prefixes": prefixes, "weights": normalize(weights)}
(folder / "parsed-megatron.json").write_text(json.dumps(parsed, indent=1) + "\n")
print(parsed)
