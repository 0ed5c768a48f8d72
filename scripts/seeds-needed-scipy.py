"""Writes tests/ranking/fixtures/seeds-needed.json: losses by recipe and seed, and how many seeds SciPy's t says they need.

Run at the root: `pip install scipy numpy && python scripts/seeds-needed-scipy.py`.
"""
import json
from itertools import combinations
from math import ceil, sqrt

import numpy as np
from scipy import stats

rng = np.random.default_rng(1)
quality = 0.02 * rng.normal(size=10)
losses = np.round(3 + quality[:, None] + rng.normal(size=3) * 0.05 + 0.01 * rng.normal(size=(10, 3)), 6)
recipes, seeds = losses.shape
means = losses.mean(axis=1)

residual = losses - means[:, None] - losses.mean(axis=0) + losses.mean()
variance = (residual**2).sum() / ((recipes - 1) * (seeds - 1))


def fewest(settled, least=2, most=1000):
    return next((n for n in range(least, most + 1) if settled(n)), None)


def seeds_for(a, b):
    # A pair whose own spread the pool does not explain has its own variance (src/ranking/seed-noise.ts).
    degrees = (recipes - 1) * (seeds - 1)
    own = (losses[b] - losses[a]).var(ddof=1) / 2
    rest = (variance * degrees - own * (seeds - 1)) / (degrees - seeds + 1)
    contradicted = stats.f.sf(own / rest, seeds - 1, degrees - seeds + 1) < 0.05
    single = own if contradicted else variance
    width = lambda n: stats.t.ppf(0.975, (recipes - 1) * (n - 1)) * sqrt(2 * single / n)
    return fewest(lambda n: width(n) < abs(means[a] - means[b]))


pairs = sorted(seeds_for(a, b) or 1e9 for a, b in combinations(range(recipes), 2))
first, second = np.argsort(means)[:2]
between = [stats.spearmanr(losses[:, s], losses[:, t]).statistic for s, t in combinations(range(seeds), 2)]

# One seed on documents of one length: a paired t test over documents.
documents = np.round(0.004 + 0.05 * rng.normal(size=50), 6)
deviation = documents.std(ddof=1)
documents_needed = fewest(
    lambda n: stats.t.ppf(0.975, n - 1) * deviation / sqrt(n) < abs(documents.mean()), least=50, most=50_000
)

json.dump(
    {
        "losses": losses.tolist(),
        "documents": documents.tolist(),
        "expected": {
            "seedDeviation": sqrt(variance),
            "recipeDeviation": means.std(ddof=1),
            "spearmanBetweenSeeds": float(np.mean(between)),
            "topPair": seeds_for(first, second),
            "pairs": {share: pairs[ceil(float(share) * len(pairs)) - 1] for share in ("0.5", "0.8", "0.9")},
            "documentsToSettle": documents_needed,
        },
    },
    open("tests/ranking/fixtures/seeds-needed.json", "w"),
    indent=1,
)
