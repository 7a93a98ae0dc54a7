"""AUC of an experiment's models by how long the rows' histories are, read from what `tandem experiment run` keeps.

    python tools/by_history.py RESULTS BASELINE MODEL [FIRST,LAST ...]     needs numpy, pyarrow, scikit-learn

Prints a Markdown table per history: rows of the test part, and per task the baseline's AUC and the model's gain, means over the seeds.
"""
import glob
import json
import os
import struct
import sys

import numpy as np
import pyarrow.ipc as ipc
from sklearn.metrics import roc_auc_score

TYPES = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8", "U8": "u1"}


def tensors(file):
    data = open(file, "rb").read()
    start = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:start])
    return {name: np.frombuffer(data[start + t["data_offsets"][0]:start + t["data_offsets"][1]], TYPES[t["dtype"]])
            for name, t in header.items() if name != "__metadata__"}


def lengths(prepared):
    """Steps of every history, by name, in every row of the test part."""
    rows = ipc.open_file(os.path.join(prepared, "test", "rows.arrow")).read_all()
    names = rows.schema.field("histories").metadata[b"names"].decode().split("\n")
    stored = np.array(rows["histories"].to_pylist())
    found = {}
    for i, name in enumerate(names):
        steps = ipc.open_file(os.path.join(prepared, "histories", f"{i}.arrow")).read_all()["steps.0"]
        found[name] = np.array([len(s) for s in steps.to_pylist()])[stored[:, i]]
    return found


def main(results, baseline, model, spans):
    runs = [json.loads(line) for line in open(os.path.join(results, "runs.jsonl"))]
    prepared = os.path.join(results, "prepared", runs[0]["dataHash"][:16])
    truth = tensors(glob.glob(os.path.join(results, "scores", "truth-*"))[0])
    scores = {m: [tensors(os.path.join(results, "scores", r["configHash"][:16] + ".safetensors")) for r in runs if r["model"] == m]
              for m in (baseline, model)}
    tasks = [name.removeprefix("score.") for name in scores[model][0]]

    def auc(which, task, rows):
        return np.mean([roc_auc_score(truth["label." + task][rows], s["score." + task][rows]) for s in scores[which]])

    for name, length in lengths(prepared).items():
        print(f"\n| steps of {name} | rows | " + " | ".join(tasks) + " |\n|---|---:|" + "---:|" * len(tasks))
        for first, last in spans:
            rows = (length >= first) & (length <= last)
            cells = []
            for task in tasks:
                positives = truth["label." + task][rows].sum()
                found = 20 <= positives <= rows.sum() - 20
                cells.append(f"{auc(baseline, task, rows):.4f} {auc(model, task, rows) - auc(baseline, task, rows):+.4f}" if found else "–")
            print(f"| {first} to {last} | {rows.sum():,} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    given = sys.argv[4:] or ["0,0", "1,9", "10,29", "30,49", "50,50"]
    main(*sys.argv[1:4], [tuple(map(int, s.split(","))) for s in given])
