"""Writes tests/ranking/transfer/fixtures/transfer.json: a small study of runs, and what SciPy and NumPy say of it.

Values are rounded so that recipes tie. Run at the root: `pip install scipy numpy && python scripts/transfer-scipy.py`.
"""
import json
from collections import defaultdict

import numpy as np
import scipy
from scipy import stats

rng = np.random.default_rng(20251224)
recipes = [f"r{i}" for i in range(12)]
rates = [1e-5, 1e-4, 1e-3, 1e-2]
metrics = ["wiki", "code", "arc_easy_acc"]
quality = rng.normal(size=12)

rows = []
for i, recipe in enumerate(recipes):
    for rate in rates:
        for seed in "abc":
            for m, metric in enumerate(metrics):
                noise = 0.02 + 0.3 * (rate >= 1e-3)
                loss = 3 - 0.2 * quality[i] + noise * rng.normal() + 0.05 * m
                value = loss if metric != "arc_easy_acc" else 0.3 + 0.1 * (3 - loss)
                rows.append([recipe, "small", rate, 64, seed, 100, metric, round(float(value), 1 if m == 1 else 3)])
    for rate in rates[1:]:
        for batch in (128, 256):
            for m, metric in enumerate(metrics):
                best = -3 + 0.4 * quality[i]
                loss = 2.5 - 0.2 * quality[i] + 0.1 * (np.log10(rate) - best) ** 2 + 0.01 * (batch == 256) * rng.normal()
                value = loss if metric != "arc_easy_acc" else 0.5 + 0.1 * (3 - loss) + 0.01 * rng.normal()
                rows.append([recipe, "large", rate, batch, "a", 200, metric, round(float(value), 2)])

# value[model][metric][rate, batch][recipe] = values of the seeds
value = defaultdict(lambda: defaultdict(lambda: defaultdict(lambda: defaultdict(list))))
for recipe, model, rate, batch, seed, step, metric, v in rows:
    value[model][metric][rate, batch][recipe].append(v)


def mean(model, metric, setting, recipe):
    if metric == "aggregated loss":
        return 0.75 * mean(model, "wiki", setting, recipe) + 0.25 * mean(model, "code", setting, recipe)
    return float(np.mean(value[model][metric][setting][recipe]))


grid = sorted(value["large"]["wiki"])
tuned = {r: min(grid, key=lambda s: mean("large", "aggregated loss", s, r)) for r in recipes}
objectives = ["aggregated loss", "wiki", "code", "arc_easy_acc"]


def compare(x, y, sign):
    """x, y: values of the proxy and the target; sign: -1 where more is better."""
    x, y = sign * np.array(x), sign * np.array(y)
    order = np.argsort(x, kind="stable")
    pairs = [(i, j) for i in range(len(x)) for j in range(i)]
    alike = [1 - abs(np.sign(x[i] - x[j]) - np.sign(y[i] - y[j])) / 2 for i, j in pairs]
    return {
        "spearman": stats.spearmanr(x, y).statistic.item(),
        "kendall": stats.kendalltau(x, y, variant="b").statistic.item(),
        "pairwise": float(np.mean(alike)),
        "regret": [float(y[order[:k]].min() - y.min()) for k in (1, 3, 5)],
    }


def at_rate(model, rate):
    settings = [s for s in value[model]["wiki"] if s[0] == rate]
    return [min(mean(model, "aggregated loss", s, r) for s in settings) for r in recipes]


def transfer(rate):
    result = {}
    for objective in objectives:
        x = [mean("small", objective, (rate, 64), r) for r in recipes]
        y = [mean("large", objective, tuned[r], r) for r in recipes]
        result[objective] = compare(x, y, -1 if objective == "arc_easy_acc" else 1)
    return result


draws = np.round(rng.normal(0.8, 0.1, size=199), 4).tolist()
low, high = np.quantile(draws, [0.05, 0.95])
expected = {
    "tuned": {r: {"rate": tuned[r][0], "batch": tuned[r][1]} for r in recipes},
    "transfer": [transfer(rate) for rate in rates],
    "heatMap": [
        [stats.spearmanr(at_rate("small", a), at_rate("large", b)).statistic.item() for b in rates[1:]] for a in rates
    ],
    "interval": {
        "estimate": 0.9,
        "draws": draws,
        "percentile": [low, high],
        "basic": [2 * 0.9 - high, 2 * 0.9 - low],
    },
}
with open("tests/ranking/transfer/fixtures/transfer.json", "w") as file:
    columns = ["recipe", "model", "learningRate", "batch", "seed", "step", "metric", "value"]
    json.dump({"scipy": scipy.__version__, "columns": columns, "rows": rows, "expected": expected}, file)
