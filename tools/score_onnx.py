#!/usr/bin/env python3
"""Scores raw rows with an exported Tandem model: numpy and onnxruntime, nothing of Tandem.

    python3 tools/score_onnx.py shop.onnx rows.jsonl     (one JSON object per line; - for standard input)

shop.json and shop.safetensors stand beside shop.onnx, as `tandem export` wrote them.
"""
import json
import math
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np

BLOCK = 1024
"""Rows that are scored together."""


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


def raw(row, column):
    """The value of a column; absence is a mistake, None a missing value."""
    if column not in row:
        raise SystemExit(f"a row has no column {column}; null says that a value is not known")
    return row[column]


def refuse(column, value, wanted):
    raise SystemExit(f"column {column} is {value!r}; it must be {wanted}, or null if it is not known")


def number(row, column):
    """The value as a number, None if it is missing."""
    value = raw(row, column)
    if value is None:
        return None
    try:
        result = float(value)
    except (TypeError, ValueError):
        refuse(column, value, "a finite number")
    if not math.isfinite(result):
        refuse(column, value, "a finite number")
    return result


def pieces(text, separator):
    """The trimmed, non-empty pieces of a text."""
    return [piece for piece in (part.strip(" ") for part in text.split(separator)) if piece]


def elements(row, column, separator):
    """The elements of a list, or of a text that is cut at a separator; None if it is missing."""
    value = raw(row, column)
    if value is None:
        return None
    if separator is not None:
        return pieces(text(value), separator)
    if not isinstance(value, list):
        refuse(column, value, "a list")
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


def real(value):
    """A number of a list, NaN where it is none."""
    try:
        return math.nan if value is None else float(value)
    except (TypeError, ValueError):
        return math.nan


def element(row, slot):
    vector = elements(row, slot["column"], slot.get("separator"))
    if vector is None:
        return 0.0
    if len(vector) != slot["size"]:
        refuse(slot["column"], vector, f"{slot['size']} numbers")
    value = real(vector[slot["index"]])
    return standardised(value, slot) if math.isfinite(value) else 0.0


def text(value):
    """A value as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def key(value, kind, column):
    """A value as its vocabulary spells it."""
    try:
        if kind == "integer":
            whole = Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value).strip())
            if whole != whole.to_integral_value():
                refuse(column, value, "a whole number")
            return str(int(whole))
        if kind == "real":
            return float(value)
    except (TypeError, ValueError, ArithmeticError):
        refuse(column, value, "a whole number" if kind == "integer" else "a number")
    return text(value)


WORD = (1 << 64) - 1


def mixed(z):
    """The finaliser of SplitMix64."""
    z = z * 0x9E3779B97F4A7C15 & WORD
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & WORD
    z = (z ^ z >> 27) * 0x94D049BB133111EB & WORD
    return z ^ z >> 31


def hashed(data):
    """The 64-bit hash of a cross: eight bytes at a time, little-endian, then the rest big-endian."""
    h = len(data) * 0x9E3779B97F4A7C15 & WORD
    whole = len(data) // 8 * 8
    for i in range(0, whole, 8):
        h = (h ^ int.from_bytes(data[i : i + 8], "little")) * 0xBF58476D1CE4E5B9 & WORD
        h ^= h >> 29
    return mixed(h ^ int.from_bytes(data[whole:], "big"))


def log2_bucket(value):
    return math.floor(math.log(value) ** 2) if value > 2 else int(value)


def bucket(value, edges):
    return 1 + int(np.searchsorted(edges, value, side="right"))


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


def raised(p, how):
    """The factor by which a calibration raises a probability."""
    return calibrated(p, how) / p if p > 0 else 1.0


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

    def id(self, table, value, column):
        """The row of a value in its table, 0 if it is missing or unknown."""
        if value is None:
            return 0
        return self.ids[table].get(key(value, self.spec["vocabularies"][table]["type"], column), 0)

    def lookup(self, row, slot):
        """(ids, factors) of a field: the rows of its table that are added up."""
        kind, table = slot["kind"], slot["table"]
        if kind == "id":
            return [self.id(table, raw(row, slot["column"]), slot["column"])], [1.0]
        if kind == "ids":
            return self.several(row, slot)
        if kind == "cross":
            values = [raw(row, column) for column in slot["columns"]]
            if any(value is None for value in values):
                return [0], [1.0]
            joined = "\x1f".join(text(value) for value in values)
            if "hash_buckets" in slot:
                return [1 + hashed(joined.encode()) % slot["hash_buckets"]], [1.0]
            return [self.id(table, joined, slot["columns"])], [1.0]
        value = number(row, slot["column"])
        if value is None:
            return [0], [1.0]
        if kind == "buckets":
            return [bucket(value, slot["edges"])], [1.0]
        if kind == "log2_buckets":
            return [self.id(table, log2_bucket(value), slot["column"])], [1.0]
        if kind == "scaled":
            return [1], [standardised(value, slot)]
        raise SystemExit(f"this script does not encode features of kind {kind}")

    def several(self, row, slot):
        """(ids, factors) of a list of ids."""
        ids, factors = [], []
        separator = slot.get("weight_separator")
        for value in elements(row, slot["column"], slot.get("separator")) or []:
            if value is None or slot["max"] and len(ids) == slot["max"]:
                continue
            factor = 1.0
            if separator is not None and separator in (value := text(value)):
                value, weight = value.split(separator, 1)
                factor = real(weight)
                if not math.isfinite(factor):
                    refuse(slot["column"], row[slot["column"]], "values with finite weights")
            ids.append(self.id(slot["table"], value, slot["column"]))
            factors.append(factor)
        total = sum(abs(np.float32(factor)) for factor in factors) if slot["pooling"] == "mean" else 1
        return ids, [np.float32(factor / (total or 1)) for factor in factors]

    def fields(self, rows, prefix="", suffix=""):
        vectors = []
        for slot in self.spec["fields"]:
            if slot["dim"] == 0 and not prefix:
                continue  # a first-order weight alone
            table = self.tables[prefix + slot["table"] + suffix]
            found = np.zeros((len(rows), table.shape[1]), np.float32)
            for vector, row in zip(found, rows):
                for id, factor in zip(*self.lookup(row, slot)):
                    vector += np.float32(factor) * table[id]
            vectors.append(found)
        return np.concatenate(vectors, 1)

    def steps(self, row, sequence):
        """Per step, the most recent first, the ids in the sequence's tables, the age's last."""
        separator = sequence.get("separator")
        columns = [elements(row, s["column"], separator) or [] for s in sequence["steps"]]
        length = max(len(column) for column in columns)
        order = list(range(length))
        if sequence["order"] == "oldest_first":
            order.reverse()
        times = []
        if "age" in sequence:
            listed = elements(row, sequence["age"]["column"], separator) or []
            times = [real(time) for time in listed[:length]]
            if len(times) == length and all(math.isfinite(time) for time in times):
                order.sort(key=lambda step: -times[step])  # keeps equal times in place
        found = []
        for step in order[: sequence["max"]]:
            ids = [
                self.id(s["table"], column[step], s["column"]) if step < len(column) else 0
                for s, column in zip(sequence["steps"], columns)
            ]
            if "age" in sequence:
                now = number(row, sequence["age"]["now"])
                age = now - times[step] if now is not None and step < len(times) else math.nan
                ids.append(bucket(age, sequence["age"]["edges"]) if 0 < age < math.inf else 0)
            found.append(ids)
        return found

    def sequence(self, rows, name):
        """The inputs of a sequence: vectors of the steps, which of them there are, their places."""
        sequence = next(s for s in self.spec["sequences"] if s["name"] == name)
        slots = sequence["steps"] + ([sequence["age"]] if "age" in sequence else [])
        found = [self.steps(row, sequence) for row in rows]
        length = max(1, max(map(len, found)))
        vectors = np.zeros((len(rows), length, sum(s["dim"] for s in slots)), np.float32)
        valid = np.zeros((len(rows), length), np.float32)
        for r, steps in enumerate(found):
            valid[r, : len(steps)] = 1
            for p, ids in enumerate(steps):
                vectors[r, p] = np.concatenate([self.tables[s["table"]][id] for s, id in zip(slots, ids)])
        places = np.eye(length, sequence["max"], dtype=np.float32)
        return {"sequence." + name: vectors, "valid." + name: valid, "position." + name: places}

    def numbers(self, rows):
        columns = [[element(r, s) if s["kind"] == "element" else clipped(r, s) for r in rows] for s in self.spec["numbers"]]
        return np.array(columns, np.float32).T.copy()

    def score(self, rows):
        """One dict of named predictions per row."""
        return [scored for i in range(0, len(rows), BLOCK) for scored in self.block(rows[i : i + BLOCK])]

    def block(self, rows):
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
            elif name.partition(".")[0] in ("sequence", "valid", "position"):
                if name not in feed:
                    feed.update(self.sequence(rows, name.partition(".")[2]))
            else:
                raise SystemExit(f"this script does not fill the input {name}")
        feed = {name: feed[name] for name in self.spec["inputs"]}
        results = self.session.run([o["output"] for o in self.spec["outputs"]], feed)
        scored = [{} for _ in rows]
        given = {output["name"]: (output, values) for output, values in zip(self.spec["outputs"], results)}
        for output, values in given.values():
            for i, (row, value) in enumerate(zip(scored, values)):
                if output.get("calibration", {}).get("type") == "product":
                    factors = [(given[task][1][i], given[task][0]["calibration"]) for task in output["calibration"]["of"]]
                    row[output["name"]] = float(value[0]) * math.prod(raised(float(p[0]), how) for p, how in factors)
                elif "classes" in output:
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
    for row in model.score(rows):
        print(json.dumps(row))


if __name__ == "__main__":
    main()
