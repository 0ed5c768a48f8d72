"""Writes parsed-megatron.json beside each plan in tests/mixture/export/fixtures: our blends as Megatron-Core parses them.

Run at the root after scripts/mixture-export.ts: `pip install megatron-core torch && python scripts/mixture-export-megatron.py`.
"""
import json
from pathlib import Path

import megatron.core
from megatron.core.datasets.utils import get_blend_from_list, normalize

for folder in sorted(Path("tests/mixture/export/fixtures").iterdir()):
    phases = []
    for blend in sorted(folder.glob("blend*.txt")):
        # --data-args-path: the file is read as one text and split at white space.
        prefixes, weights = get_blend_from_list(blend.read_text().strip().split())
        phases.append({"prefixes": prefixes, "weights": normalize(weights)})
    parsed = {"megatron-core": megatron.core.__version__, "phases": phases}
    (folder / "parsed-megatron.json").write_text(json.dumps(parsed, indent=1) + "\n")
    print(folder.name, parsed)
