"""Writes tests/mixture/regressors/fixtures/lightgbm.json: what LightGBM predicts, for our boosted trees to agree with.

    pip install lightgbm && python scripts/lightgbm-predictions.py > tests/mixture/regressors/fixtures/lightgbm.json

`published`: RegMix's setting (1,000 trees, rate 0.01, otherwise defaults) fitted to the 512 published proxies, one model a
loss, and asked for the 256 unseen mixtures. `made`: rows with what mixtures do not have (values below zero, a bin with
most of the rows, a constant, more distinct values than bins on both sides of zero), under other settings; and with a
known noise, rows weighing as their inverse variance over its mean.
"""

import csv
import json
import sys

import lightgbm as lgb
import numpy as np

folder = "tests/mixture/fixtures/regmix/"
exact = {"objective": "regression", "num_threads": 1, "deterministic": True, "force_col_wise": True, "verbose": -1}


def table(name):
    with open(folder + name) as file:
        header, *rows = csv.reader(file)
    return header[1:], np.array(rows, dtype=np.float64)[:, 1:]


def shares(name):
    weights = table(name)[1]
    total = np.zeros(len(weights))
    for column in weights.T:  # one after another: the order in which a row is summed decides its last bit
        total += column
    return weights / total[:, None]


def fit_and_predict(rows, targets, unseen, trees, weights=None, **settings):
    booster = lgb.train({**exact, **settings}, lgb.Dataset(rows, targets, weight=weights), trees)
    return booster.predict(unseen).tolist()


metrics, losses = table("train_pile_loss_1m.csv")
train, test = shares("train_mixture_1m.csv"), shares("test_mixture_1m.csv")
published = {
    name: fit_and_predict(train, losses[:, i], test, 1000, learning_rate=0.01) for i, name in enumerate(metrics)
}

rng = np.random.default_rng(6)


def made_rows(n):
    both_signs = rng.normal(size=n)
    mostly_two = np.where(rng.random(n) < 0.85, 2.0, rng.normal(size=n))
    below_zero = -rng.exponential(size=n)
    few = rng.integers(-3, 4, size=n).astype(float)
    constant = np.full(n, 0.5)
    share = np.maximum(0, rng.random(n) - 0.4)
    return np.round(np.column_stack([both_signs, mostly_two, below_zero, few, constant, share]), 6)


rows, unseen = made_rows(700), made_rows(60)
targets = np.round(rows[:, 0] * rows[:, 5] + np.sin(rows[:, 2]) + 0.3 * rows[:, 1] + rng.normal(size=700) / 5, 6)
noise = np.round(rng.uniform(0.1, 0.5, size=700), 3)
precisions = 1 / noise**2
weights = precisions / (sum(precisions) / 700)
cases = [
    (700, 200, {"learning_rate": 0.05}),
    (700, 60, {"learning_rate": 0.3, "num_leaves": 6, "min_data_in_leaf": 5, "max_bin": 15, "min_data_in_bin": 1}),
    (90, 60, {"learning_rate": 0.1}),
    (39, 10, {"learning_rate": 0.1}),
]
made = {
    "rows": rows.tolist(),
    "targets": targets.tolist(),
    "unseen": unseen.tolist(),
    "cases": [
        {
            "rows": n,
            "trees": trees,
            "settings": settings,
            "predictions": fit_and_predict(rows[:n], targets[:n], unseen, trees, **settings),
        }
        for n, trees, settings in cases
    ],
}
weighted = {
    "noise": noise.tolist(),
    "trees": 100,
    "learningRate": 0.1,
    "predictions": fit_and_predict(rows, targets, unseen, 100, weights, learning_rate=0.1),
}
json.dump({"lightgbm": lgb.__version__, "published": published, "made": made, "weighted": weighted}, sys.stdout)
