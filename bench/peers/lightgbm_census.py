"""Gradient boosting on the very rows that Tandem prepared: what the test part allows, whatever the model.

    python lightgbm_census.py PREPARED [seeds]   PREPARED is a directory of `experiment run experiments/census.yaml`: OUT/prepared/*

One LightGBM per task on the ids (as categories) and numbers of the prepared training rows, at most 3,000 trees, stopped by the AUC on
the validation rows. Settings are the best of a small grid by the same validation AUC. Prints one line of JSON per task and setting,
then mean and sample standard deviation of the best over the seeds.
"""
import json
import os
import statistics
import sys

import lightgbm
import numpy as np
import pyarrow as pa
import pyarrow.ipc as ipc
from sklearn.metrics import roc_auc_score

GRID = [{"num_leaves": leaves} for leaves in (7, 15, 31, 63)]


def read(directory, part):
    table = ipc.open_file(pa.memory_map(os.path.join(directory, part, "rows.arrow"))).read_all()

    def columns(name):
        names = table.schema.field(name).metadata[b"names"].decode().split("\n")
        return names, np.concatenate([c.flatten().to_numpy() for c in table[name].chunks]).reshape(-1, len(names))

    id_names, ids = columns("ids")
    own = [i for i, n in enumerate(id_names) if "." not in n]  # a number's buckets say nothing that the number does not
    _, numbers = columns("numbers")
    tasks, labels = columns("labels")
    return np.concatenate([ids[:, own].astype(np.float32), numbers], 1), len(own), tasks, np.asfortranarray(labels)


def fit(parts, task, categories, setting, seed):
    data = {p: lightgbm.Dataset(x, y[:, task], categorical_feature=list(range(categories)), free_raw_data=False)
            for p, (x, y) in parts.items()}
    model = lightgbm.train(
        {"objective": "binary", "metric": "auc", "learning_rate": 0.1, "feature_fraction": 0.5, "bagging_fraction": 0.8,
         "bagging_freq": 1, "seed": seed, "num_threads": 1, "verbose": -1, **setting},
        data["train"], 3000, valid_sets=[data["validation"]], callbacks=[lightgbm.early_stopping(50, verbose=False)])
    scores = {p: roc_auc_score(parts[p][1][:, task], model.predict(parts[p][0])) for p in ("validation", "test")}
    return {"trees": model.best_iteration, **{p: round(s, 5) for p, s in scores.items()}}


def main(directory, seeds):
    parts = {}
    for p in ("train", "validation", "test"):
        x, categories, tasks, y = read(directory, p)
        parts[p] = (x, y)
    for task, name in enumerate(tasks):
        tried = []
        for setting in GRID:
            result = fit(parts, task, categories, setting, 1)
            print(json.dumps({"task": name, **setting, **result}), flush=True)
            tried.append((result["validation"], len(tried)))
        best = GRID[max(tried)[1]]
        runs = [fit(parts, task, categories, best, seed) for seed in range(1, seeds + 1)]
        summary = {p: [round(f([r[p] for r in runs]), 5) for f in (statistics.mean, statistics.stdev)] for p in ("validation", "test")}
        print(json.dumps({"task": name, "best": best, "seeds": seeds, **summary}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3)
