"""torch-rechub's census recipe on a split that Tandem can read too.

    python torch_rechub_census.py split DATA OUT           halves the official test file as torch-rechub does, into OUT
    python torch_rechub_census.py train OUT [mmoe|ple|shared_bottom] [seed] [epochs]   trains its model, prints AUC on both halves

The recipe: instance weight and the two label columns dropped, seven numbers scaled to [0, 1] over training and test
rows, 33 columns as ids with embeddings of width 4, Adam 1e-3 with weight decay 1e-4, batches of 1,024, at most 100 epochs, patience 30 on
the validation AUC of the first task (income). Prints one line of JSON.
"""
import json
import os
import shutil
import sys
import tempfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

NUMBERS = ["age", "wage_per_hour", "capital_gains", "capital_losses", "dividends", "num_persons_worked_for", "weeks_worked"]
DROPPED = ["instance_weight", "income", "marital_status"]


def split(data, out):
    source = os.path.join(data, "census-income")
    target = os.path.join(out, "census-income")
    os.makedirs(target, exist_ok=True)
    shutil.copy(os.path.join(source, "train.parquet"), os.path.join(target, "train.parquet"))
    test = pq.read_table(os.path.join(source, "test.parquet"))
    income = np.array([str(v).strip().startswith("5") for v in test["income"].to_pylist()])
    first, second = train_test_split(np.arange(len(income)), test_size=0.5, random_state=2022, stratify=income)
    for name, rows in (("validation", first), ("test", second)):
        pq.write_table(test.take(pa.array(rows)), os.path.join(target, name + ".parquet"))


def labels(table):
    income = [str(v).strip().startswith("5") for v in table["income"].to_pylist()]
    married = [str(v).strip() == "Never married" for v in table["marital_status"].to_pylist()]
    return np.stack([income, married], 1).astype(np.float32)


def train(out, kind, seed, epochs):
    import torch
    from torch.utils.data import BatchSampler, DataLoader, RandomSampler, SequentialSampler
    from torch_rechub.basic.features import DenseFeature, SparseFeature
    from torch_rechub.models.multi_task import MMOE, PLE, SharedBottom
    from torch_rechub.trainers import MTLTrainer
    from torch_rechub.utils.data import PredictDataset, TorchDataset

    torch.manual_seed(seed)
    torch.set_num_threads(2)
    directory = os.path.join(out, "census-income")
    tables = {p: pq.read_table(os.path.join(directory, p + ".parquet")) for p in ("train", "validation", "test")}
    columns = [c for c in tables["train"].column_names if c not in DROPPED]
    inputs = {p: {} for p in tables}
    features = []
    for c in columns:
        values = {p: t[c].to_pylist() for p, t in tables.items()}
        if c in NUMBERS:
            every = np.array(sum(values.values(), []), dtype=np.float64)
            low, high = every.min(), every.max()
            for p, v in values.items():
                inputs[p][c] = np.round((np.array(v, np.float64) - low) / (high - low), 4).astype(np.float32)
            features.append(DenseFeature(c))
        else:
            names = {v: i for i, v in enumerate(sorted({str(x) for v in values.values() for x in v}))}
            for p, v in values.items():
                inputs[p][c] = np.array([names[str(x)] for x in v], np.int64)
            features.append(SparseFeature(c, vocab_size=len(names), embed_dim=4))
    truth = {p: labels(t) for p, t in tables.items()}
    def batches(data, size, sampler=SequentialSampler):  # cut from the arrays: the same batches, not gathered row by row
        return DataLoader(data, sampler=BatchSampler(sampler(data), size, False), batch_size=None)

    loaders = {
        p: batches(TorchDataset(inputs[p], truth[p]), 1024, RandomSampler if p == "train" else SequentialSampler)
        for p in tables}
    types = ["classification", "classification"]
    if kind == "mmoe":
        model = MMOE(features, types, 8, {"dims": [16]}, [{"dims": [8]}, {"dims": [8]}])
    elif kind == "ple":
        model = PLE(features, types, 2, 2, 1, {"dims": [16]}, [{"dims": [8]}, {"dims": [8]}])
    else:
        model = SharedBottom(features, types, {"dims": [117]}, [{"dims": [8]}, {"dims": [8]}])
    with tempfile.TemporaryDirectory() as scratch:
        trainer = MTLTrainer(
            model, types, optimizer_params={"lr": 1e-3, "weight_decay": 1e-4}, n_epoch=epochs, earlystop_taskid=0,
            earlystop_patience=30, model_path=scratch)
        log = trainer.fit(loaders["train"], loaders["validation"])
    result = {"model": kind, "seed": seed, "epochs": len(log), "parameters": sum(p.numel() for p in model.parameters()),
              "best_validation_income_by_epoch": round(max(e[-2] for e in log), 5)}
    for p in ("validation", "test"):
        scores = np.array(trainer.predict(trainer.model, batches(PredictDataset(inputs[p]), 4096)))
        result[p] = {n: round(roc_auc_score(truth[p][:, k], scores[:, k]), 5) for k, n in enumerate(("income", "never_married"))}
    print(json.dumps(result))


if __name__ == "__main__":
    if sys.argv[1] == "split":
        split(sys.argv[2], sys.argv[3])
    else:
        given = sys.argv[3:] + ["mmoe", "2022", "100"][len(sys.argv[3:]):]
        train(sys.argv[2], given[0], int(given[1]), int(given[2]))
