"""Writes tests/mixture/doremi/fixtures/torch.json: DoReMi on a small GPT-2, as PyTorch and `transformers` carry it out.

Algorithm 1 of arXiv 2305.10429, and its public code's reading of it, written with tensors and autograd alone: a reference
is trained plainly, then a proxy under group DRO. Weights and tokens are a hash of a name and an index, which the test
computes too (tests/model/hashed.ts). Some batches lack a domain, the first among them.

    pip install torch==2.15.0 transformers==5.23.0 numpy && python scripts/doremi-torch.py
"""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from transformers import GPT2Config, GPT2LMHeadModel

CONTEXT, VOCABULARY, RATE, REFERENCE_STEPS = 8, 29, 1e-2, 60
SHARES = [0.5, 0.3, 0.2]  # that batches are sampled in, as the public code is told
# The domain of each window of each batch. Domain 2 is missing from the first two, domain 1 from the fourth.
BATCHES = [[0, 0, 1, 0], [1, 0, 0, 1], [2, 0, 1, 0], [0, 2, 2, 0]] + [[0, 1, 2, 0], [2, 1, 0, 1]] * 10
VARIANTS = {
    "paper": {"eta": 1.0, "c": 1e-3},
    "publicCode": {"eta": 1.0, "c": 1e-4},
}


def hashed(name, count):
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    x = np.arange(count, dtype=np.uint64) * np.uint64(0x9E3779B1) & np.uint64(0xFFFFFFFF)
    x ^= np.uint64(seed)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x ^= x >> np.uint64(shift)
        x = x * np.uint64(factor) & np.uint64(0xFFFFFFFF)
    return (x ^ (x >> np.uint64(16))) >> np.uint64(8)


def window(step, slot, domain):
    """Domain 0 counts, domain 1 is noise over all tokens, domain 2 noise over four."""
    draws = hashed(f"window {step} {slot}", CONTEXT + 1).astype(np.int64)
    if domain == 0:
        return (draws[0] + np.arange(CONTEXT + 1)) % 10
    return draws % VOCABULARY if domain == 1 else 10 + draws % 4


def new_model():
    config = GPT2Config(
        vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=1, n_head=2, n_inner=32,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=None, eos_token_id=None,
    )
    model = GPT2LMHeadModel(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            u = hashed(name, parameter.numel()) / 2.0**23 - 1.0
            if parameter.dim() == 2:
                values = 0.25 * u
            else:
                values = 0.1 * u if name.endswith("bias") else 1.0 + 0.3 * u
            parameter.copy_(torch.from_numpy(values.astype(np.float32)).reshape(parameter.shape))
    return model


def token_losses(model, windows):
    logits = model(windows[:, :-1]).logits
    flat = F.cross_entropy(logits.reshape(-1, VOCABULARY), windows[:, 1:].reshape(-1), reduction="none")
    return flat.reshape(windows.shape[0], CONTEXT)


def adam(model):
    return torch.optim.AdamW(model.parameters(), lr=RATE, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.0)


def update(optimizer, loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def doremi(batches, reference, variant, eta, c):
    proxy = new_model()
    optimizer = adam(proxy)
    k = len(SHARES)
    sampling = torch.tensor(SHARES, dtype=torch.float64)
    public = variant == "publicCode"
    alpha = sampling.clone() if public else torch.full((k,), 1 / k, dtype=torch.float64)
    last = torch.full((k,), math.log(VOCABULARY) if public else 0.0, dtype=torch.float64)
    counted = [alpha.clone()] if public else []
    steps = []
    for windows, domains in zip(batches, BATCHES):
        ids = torch.tensor(domains)
        losses = token_losses(proxy, windows)
        with torch.no_grad():
            excess = torch.clamp(losses - token_losses(reference, windows), min=0).double()
            for domain in range(k):
                if (ids == domain).any():
                    last[domain] = excess[ids == domain].mean()
            logits = torch.log(alpha) + eta * last
            alpha = (1 - c) * torch.softmax(logits, dim=0) + c / k
        counted.append(alpha.clone())
        if public:
            weight = (alpha / sampling)[ids].unsqueeze(-1).expand_as(losses).float()
            loss = (losses * weight).sum() / weight.sum()
        else:
            loss = sum(alpha[d].item() * losses[ids == d].mean() for d in range(k) if (ids == d).any())
        steps.append({"lossNats": loss.item(), "excess": last.tolist(), "weights": alpha.tolist()})
        update(optimizer, loss)
    return {"steps": steps, "mean": torch.stack(counted).mean(dim=0).tolist()}


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return float(f"{value:.9g}")


torch.set_num_threads(1)
batches = [
    torch.from_numpy(np.stack([window(step, slot, domain) for slot, domain in enumerate(domains)]))
    for step, domains in enumerate(BATCHES)
]
reference = new_model()
optimizer = adam(reference)
for step in range(REFERENCE_STEPS):
    update(optimizer, token_losses(reference, batches[step % len(batches)]).mean())
result = {
    "referenceLosses": [token_losses(reference, batch).mean().item() for batch in batches],
    **{name: doremi(batches, reference, name, **options) for name, options in VARIANTS.items()},
}
folder = Path("tests/mixture/doremi/fixtures")
folder.mkdir(parents=True, exist_ok=True)
inputs = {"batches": BATCHES, "shares": SHARES, "referenceSteps": REFERENCE_STEPS, "rate": RATE}
(folder / "torch.json").write_text(json.dumps({**inputs, **rounded(result)}) + "\n")
