"""Pairs of models of an experiment compared by seed, on the test part.

    python tools/paired.py RESULTS METRIC MODEL BASELINE [MODEL BASELINE ...]

RESULTS: directories of one experiment's results, joined by commas (runs of one model and seed in a later one count). One line
per pair and task: seeds in common, mean gain, p of the two-sided paired t-test, and p by Holm over all lines. Gains of logloss
are shown as they are: less is better.
"""
import json
import os
import sys

import numpy as np
from scipy.stats import ttest_1samp


def runs(directories):
    found = {}
    for directory in directories.split(","):
        with open(os.path.join(directory, "runs.jsonl")) as lines:
            for run in map(json.loads, lines):
                found.setdefault(run["model"], {})[run["seed"]] = run["test"]
    return found


def holm(p):
    adjusted, least = [0.0] * len(p), 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        least = max(least, min(1.0, p[i] * (len(p) - rank)))
        adjusted[i] = least
    return adjusted


def main(directories, metric, *names):
    found, rows = runs(directories), []
    for model, baseline in zip(names[::2], names[1::2]):
        a, b = found[model], found[baseline]
        seeds = sorted(a.keys() & b.keys())
        for task in a[seeds[0]]:
            gains = np.array([a[s][task][metric] - b[s][task][metric] for s in seeds])
            rows.append((model, baseline, task, len(seeds), gains.mean(), ttest_1samp(gains, 0).pvalue))
    for row, p in zip(rows, holm([r[-1] for r in rows])):
        print("%-28s %-24s %-14s %d seeds %+.5f  p %.4f  Holm %.4f" % (*row, p))


if __name__ == "__main__":
    main(*sys.argv[1:])
