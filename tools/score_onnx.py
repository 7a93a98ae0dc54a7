#!/usr/bin/env python3
"""Scores raw rows with an exported Tandem model: numpy and onnxruntime, nothing of Tandem.

    python3 tools/score_onnx.py shop.onnx rows.jsonl     (one JSON object per line; - for standard input)

shop.json and shop.safetensors stand beside shop.onnx, as `tandem export` wrote them.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np


def open_tables(path):
    """name -> array [rows, dim], mapped from the disk."""
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    tables = {}
    for name, info in header.items():
        if name != "__metadata__":
            tables[name] = np.memmap(path, "<f4", "r", 8 + size + info["data_offsets"][0], tuple(info["shape"]))
    return tables


def number(row, column):
    """The value as a number, None if it is missing."""
    if column not in row:
        raise SystemExit(f"a row has no column {column}; null says that a value is not known")
    value = row[column]
    if value is None:
        return None
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise SystemExit(f"column {column} is {value!r}; it must be a finite number or null") from None
    if not math.isfinite(value):
        raise SystemExit(f"column {column} is {value}; it must be a finite number or null")
    return value


def standardised(value, slot):
    return (value - slot["mean"]) / slot["sd"]


def clipped(row, slot):
    value = number(row, slot["column"])
    if value is None:
        return 0.0
    if slot["kind"] == "log":
        value = math.copysign(math.log1p(abs(value)), value)
    return max(-slot["clip"], min(slot["clip"], standardised(value, slot)))


def element(row, slot):
    vector = row[slot["column"]]
    if vector is None or len(vector) != slot["size"] or not math.isfinite(vector[slot["index"]]):
        return 0.0
    return standardised(vector[slot["index"]], slot)


def key(value, kind):
    """A value as its vocabulary spells it."""
    if kind == "integer":
        return str(int(value))
    if kind == "real":
        return float(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def calibrated(p, how):
    """A probability after the correction that was fitted for it."""
    if how["type"] == "isotonic":
        return float(np.interp(p, how["x"], how["y"]))
    if how["type"] == "platt":
        p = min(max(p, 1e-12), 1 - 1e-12)
        return 1 / (1 + math.exp(-(how["slope"] * (math.log(p) - math.log1p(-p)) + how["intercept"])))
    if how["type"] == "negative_sampling":
        return p * how["rate"] / (p * how["rate"] + 1 - p) if p > 0 else 0.0
    raise SystemExit(f"this script does not know the calibration {how['type']}")


class Model:
    def __init__(self, onnx):
        import onnxruntime

        onnx = Path(onnx)
        self.spec = json.loads(onnx.with_suffix(".json").read_text(encoding="utf-8"))
        if self.spec.get("format") != "tandem-preprocessing" or self.spec.get("version") != 1:
            raise SystemExit(f"{onnx.with_suffix('.json')} is no preprocessing of version 1")
        self.tables = open_tables(onnx.with_name(self.spec["tables"]))
        self.ids = {}
        for name, vocabulary in self.spec["vocabularies"].items():
            real = vocabulary["type"] == "real"
            self.ids[name] = {(float(v) if real else v): i + 1 for i, v in enumerate(vocabulary["values"])}
        self.session = onnxruntime.InferenceSession(str(onnx), providers=["CPUExecutionProvider"])

    def lookup(self, row, slot):
        """(id, factor) of a field."""
        kind = slot["kind"]
        if kind == "id":
            if slot["column"] not in row:
                raise SystemExit(f"a row has no column {slot['column']}; null says that a value is not known")
            value = row[slot["column"]]
            vocabulary = self.spec["vocabularies"][slot["table"]]
            return (0 if value is None else self.ids[slot["table"]].get(key(value, vocabulary["type"]), 0)), 1.0
        if kind == "buckets":
            value = number(row, slot["column"])
            return (0 if value is None else 1 + int(np.searchsorted(slot["edges"], value, side="right"))), 1.0
        if kind == "scaled":
            value = number(row, slot["column"])
            return (0, 1.0) if value is None else (1, standardised(value, slot))
        raise SystemExit(f"this script does not encode features of kind {kind}")

    def fields(self, rows, prefix="", suffix=""):
        vectors = []
        for slot in self.spec["fields"]:
            found = [self.lookup(row, slot) for row in rows]
            ids = [i for i, _ in found]
            factors = np.array([f for _, f in found], np.float32)
            vectors.append(self.tables[prefix + slot["table"] + suffix][ids] * factors[:, None])
        return np.concatenate(vectors, 1).astype(np.float32)

    def numbers(self, rows):
        columns = [[element(r, s) if s["kind"] == "element" else clipped(r, s) for r in rows] for s in self.spec["numbers"]]
        return np.array(columns, np.float32).T.copy()

    def score(self, rows):
        """One dict of named predictions per row."""
        feed = {}
        for name in self.spec["inputs"]:
            if name == "fields":
                feed[name] = self.fields(rows)
            elif name == "linear":
                feed[name] = self.fields(rows, prefix="linear.")
            elif name.startswith("fields."):
                feed[name] = self.fields(rows, suffix="@" + name[len("fields."):])
            elif name == "numbers":
                feed[name] = self.numbers(rows)
            else:
                raise SystemExit(f"this script does not fill the input {name}")
        results = self.session.run([o["output"] for o in self.spec["outputs"]], feed)
        scored = [{} for _ in rows]
        for output, values in zip(self.spec["outputs"], results):
            for row, value in zip(scored, values):
                if "classes" in output:
                    row.update({f"{output['name']}_{c}": float(v) for c, v in zip(output["classes"], value)})
                elif "calibration" in output:
                    row[output["name"]] = calibrated(float(value[0]), output["calibration"])
                else:
                    row[output["name"]] = float(value[0]) * output.get("sd", 1) + output.get("mean", 0)
        return scored


def main():
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    model = Model(sys.argv[1])
    lines = sys.stdin if sys.argv[2] == "-" else open(sys.argv[2], encoding="utf-8")
    rows = [json.loads(line) for line in lines if line.strip()]
    for row in model.score(rows) if rows else []:
        print(json.dumps(row))


if __name__ == "__main__":
    main()
