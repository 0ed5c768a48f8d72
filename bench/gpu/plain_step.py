"""A training step as nanoGPT takes it, in plain PyTorch: GPT-2 with torch.compile, bf16 autocast and fused AdamW.

    python3 plain_step.py DEVICE TASK WINDOWS...

TASK is JSON: config, vocabularySize, context. WINDOWS are sizes of a batch to try, one pass a step; prints the tokens per
second of the best as JSON. Initial weights and tokens are random.
"""

import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "peers" / "pytorch"))
from models import Gpt2

device, task = sys.argv[1], json.loads(sys.argv[2])
steps = 20


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def tokens_per_second(windows):
    torch.manual_seed(0)
    torch.set_float32_matmul_precision("high")
    model = Gpt2(task["config"], task["vocabularySize"], task["context"]).to(device)
    for parameter in model.parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.02)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    compiled = torch.compile(model)
    tokens = torch.randint(task["vocabularySize"], (windows, task["context"] + 1), device=device)

    def step():
        with torch.autocast(device, dtype=torch.bfloat16):
            logits = compiled(tokens[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    for _ in range(5):
        step()
    wait()
    begun = time.perf_counter()
    for _ in range(steps):
        step()
    wait()
    return windows * task["context"] * steps / (time.perf_counter() - begun)


rates = {}
for windows in map(int, sys.argv[3:]):
    try:
        rates[windows] = tokens_per_second(windows)
    except torch.cuda.OutOfMemoryError:
        break
    torch.compiler.reset()
best = max(rates, key=rates.get)
print(json.dumps({"windows": best, "tokensPerSecond": rates[best], "tried": rates}))
