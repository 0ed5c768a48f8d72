"""How long LightGBM takes on one thread, for bench/mixture/gbdt.ts: fit-lightgbm.py FOLDER DOMAINS

FOLDER holds float64 numbers: `mixtures` [runs, domains], `losses` [metrics, runs], `candidates` [n, domains]. Writes
`predictions` [metrics, n] there and prints {"version", "fitSeconds", "predictSeconds"}, seconds of CPU time.
"""

import json
import sys
import time

import lightgbm as lgb
import numpy as np

folder, domains = sys.argv[1], int(sys.argv[2])
mixtures = np.fromfile(f"{folder}/mixtures").reshape(-1, domains)
losses = np.fromfile(f"{folder}/losses").reshape(-1, len(mixtures))
candidates = np.fromfile(f"{folder}/candidates").reshape(-1, domains)
settings = {"objective": "regression", "learning_rate": 0.01, "num_threads": 1, "verbose": -1}


def fit(targets):
    return lgb.train(settings, lgb.Dataset(mixtures, targets), 1000)


fit(losses[0])
start = time.process_time()
boosters = [fit(targets) for targets in losses]
fitted = time.process_time()
predictions = np.array([booster.predict(candidates, num_threads=1) for booster in boosters])
done = time.process_time()
predictions.tofile(f"{folder}/predictions")
json.dump({"version": lgb.__version__, "fitSeconds": fitted - start, "predictSeconds": done - fitted}, sys.stdout)
