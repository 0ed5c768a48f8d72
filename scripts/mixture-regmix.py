"""Writes tests/mixture/design/fixtures/regmix.json: what RegMix's public script does with the draws it makes.

Needs `mixture_config/synthesize_mixture.py` of the public repository sail-sg/regmix. Run at the root:
`pip install numpy && python scripts/mixture-regmix.py PATH/synthesize_mixture.py`.
"""
import importlib.util
import json
import sys

import numpy as np

spec = importlib.util.spec_from_file_location("synthesize_mixture", sys.argv[1])
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)

# Four domains of very different size; the last two are rare enough for bounds below 1.
prior = np.array([0.7, 0.25, 0.04, 0.01])
count = 6
concentrations, kept, deduplicated = [], [], []
dirichlet, choice, sample = np.random.dirichlet, script.random.choice, script.random.sample


def recorded_dirichlet(alpha, size):
    if len(concentrations) < 15:
        concentrations.append(list(alpha))
    return dirichlet(alpha, size)


def recorded_choice(draws):
    chosen = choice(draws)
    kept.append(list(chosen[0]))
    return chosen


def recorded_sample(mixtures, size):
    deduplicated.extend(list(m) for m in mixtures)
    return sample(mixtures, size)


np.random.dirichlet = recorded_dirichlet
script.random.choice = recorded_choice
script.random.sample = recorded_sample
script.generate_weights_dirichlet(prior, list("abcd"), script.MINIMUM, count, temperature=script.TEMP)

# Draws near a corner round to the same mixture again and again, so that near-duplicates are seen too.
with open("tests/mixture/design/fixtures/regmix.json", "w") as f:
    json.dump(
        {
            "numpy": np.__version__,
            "prior": list(prior),
            "count": count,
            "multiplier": script.SAMPLE_MULTIPLIER,
            "smallest": script.MINIMUM,
            "maximumUsage": script.MAXIMUM_USAGE,
            "concentrations": concentrations,
            "kept": kept,
            "deduplicated": deduplicated,
        },
        f,
    )
print(len(kept), "draws kept,", len(deduplicated), "different mixtures")
