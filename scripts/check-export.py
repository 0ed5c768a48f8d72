"""Checks Hugging Face folders against PyTorch and `transformers`, in both directions, for every family.

    python3 -m venv oracle
    oracle/bin/pip install torch==2.15.0 transformers==5.23.0 safetensors numpy
    npm run -s build
    oracle/bin/python scripts/check-export.py

For each case of tests/model/fixtures/make-transformers-fixtures.py, a model of random weights:

1. `save_pretrained` writes it whole, in small shards, and as bfloat16 and float16; `assay model loss` reads each and
   its losses are compared with PyTorch's, token by token.
2. scripts/rewrite-model.mjs reads the folder and writes it again; `AutoModelForCausalLM` loads that, and its losses
   are compared with Assay's. No key may be missing or unexpected.

    oracle/bin/python scripts/check-export.py EXPORTED    # the second check alone, of a folder of `assay model export`

Exits with 1 when a loss differs by more than 1e-5.
"""

import copy
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM
from transformers.utils import logging

ROOT = Path(__file__).parent.parent
TEXT = "The old river boat sings under stone bridges; it sleeps.\n" * 6
LIMIT = 1e-5

path = ROOT / "tests/model/fixtures/make-transformers-fixtures.py"
spec = importlib.util.spec_from_file_location("fixtures", path)
fixtures = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fixtures)


def node(*arguments):
    done = subprocess.run(["node", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def ours(folder, text):
    return json.loads(
        node("dist/cli/main.js", "model", "loss", folder, "--text", text, "--tokenizer", "bytes", "--json")
    )


def theirs(model, context):
    """Losses of the bytes of TEXT in consecutive windows that share one token."""
    ids = torch.tensor(list(TEXT.encode()))
    losses = []
    with torch.no_grad():
        for start in range(0, len(ids) - 1, context):
            window = ids[start : start + context + 1]
            logits = model(window[None, :-1]).logits[0]
            losses.append(torch.nn.functional.cross_entropy(logits, window[1:], reduction="none"))
    return torch.cat(losses)


def load(folder):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    wrong = {key: value for key, value in info.items() if value}
    if wrong:
        sys.exit(f"{folder}: {wrong}")
    return model.eval()


def compare(name, model, folder, text):
    result = ours(folder, text)
    losses = theirs(model, result["context"])
    token = (losses - torch.tensor(result["tokenLosses"])).abs().max().item()
    mean = abs(losses.double().mean().item() - result["lossNats"])
    print(f"{name:28} loss {result['lossNats']:.6f}  difference {mean:.1e}, of a token at most {token:.1e}", flush=True)
    return max(mean, token)


def check(name, scratch, text):
    config, _, context = fixtures.CASES[name]
    torch.manual_seed(0)
    model = AutoModelForCausalLM.from_config(
        fixtures.to_transformers(config, 300, context * 5), attn_implementation="eager", dtype=torch.float32
    ).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    worst = 0.0
    for kind, dtype, size in (
        ("whole", torch.float32, "5GB"),
        ("shards", torch.float32, "8KB"),
        ("bfloat16", torch.bfloat16, "5GB"),
        ("float16", torch.float16, "5GB"),
    ):
        folder = scratch / f"{name}-{kind}"
        copy.deepcopy(model).to(dtype).save_pretrained(folder, max_shard_size=size)
        shards = list(folder.glob("model-*.safetensors"))
        assert (len(shards) > 1) == (kind == "shards"), shards
        worst = max(worst, compare(f"{name} {kind}", load(folder), folder, text))
    written = scratch / f"{name}-written"
    node("scripts/rewrite-model.mjs", scratch / f"{name}-whole", written)
    return max(worst, compare(f"{name} written", load(written), written, text))


def main():
    with tempfile.TemporaryDirectory() as place:
        scratch = Path(place)
        text = scratch / "text.txt"
        text.write_text(TEXT)
        if sys.argv[1:]:
            worst = max(compare(folder, load(folder), folder, text) for folder in sys.argv[1:])
        else:
            worst = max(check(name, scratch, text) for name in fixtures.CASES)
    print(f"worst: {worst:.1e}")
    sys.exit(worst > LIMIT)


torch.set_num_threads(1)
logging.disable_progress_bar()
main()
