#!/usr/bin/env python3
"""Checks exported models with ONNX's own checker and runtime, nothing of Tandem but tools/score_onnx.py.

    mvn -q -Dquick -pl tandem-engine -am test -Dtest=ExportedModelsTest -Dtandem.exports=DIR -Dsurefire.failIfNoSpecifiedTests=false
    python3 tools/parity/exports.py models DIR            every registered model, with the numbers it must give

    ./tandem export models/shop --out shop.onnx
    ./tandem predict models/shop --in rows.parquet --out scored.jsonl
    python3 tools/parity/exports.py rows shop.onnx scored.jsonl
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

sys.path.insert(0, str(Path(__file__).parent.parent))
import score_onnx  # noqa: E402


def check(file):
    """The official checker with shape inference and data propagation; standard operators only."""
    onnx.checker.check_model(str(file), full_check=True)
    model = onnx.load(str(file))
    domains = {node.domain for node in model.graph.node} | {o.domain for o in model.opset_import}
    assert domains == {""}, f"{file} uses operators of {domains}"
    return model.opset_import[0].version, len(model.graph.node)


def models(directory):
    worst = 0.0
    files = sorted(Path(directory).glob("*.onnx"))
    assert files, f"{directory} holds no exported models"
    for file in files:
        opset, nodes = check(file)
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        wanted = {i.name for i in session.get_inputs()}
        for case in json.loads(file.with_suffix(".json").read_text()):
            feed = {n: np.array(v["data"], np.float32).reshape(v["shape"]) for n, v in case["inputs"].items() if n in wanted}
            for name, values in zip(case["outputs"], session.run(list(case["outputs"]), feed)):
                expected = np.array(case["outputs"][name])
                difference = np.abs(values.ravel() - expected).max()
                assert difference <= 1e-5 * max(1, np.abs(expected).max()), f"{file} {name}: off by {difference}"
                worst = max(worst, difference)
        print(f"{file.stem}: opset {opset}, {nodes} nodes")
    print(f"{len(files)} models pass onnx.checker (full) {onnx.__version__} and run in onnxruntime {onnxruntime.__version__}; "
          f"largest difference from the double-precision reference {worst:.2g}")


def rows(file, scored):
    opset, nodes = check(file)
    raw = [json.loads(line) for line in Path(scored).read_text(encoding="utf-8").splitlines()]
    worst = 0.0
    for row, scores in zip(raw, score_onnx.Model(file).score(raw)):
        for name, value in scores.items():
            if "predicted_" + name in row:
                expected = row["predicted_" + name]
                worst = max(worst, abs(value - expected) / max(1, abs(expected)))
    print(f"{file}: opset {opset}, {nodes} nodes; {len(raw)} raw rows, largest difference from tandem predict {worst:.2g}")
    assert raw and worst <= 1e-6, "not the same digits"


if __name__ == "__main__":
    if sys.argv[1:2] == ["models"] and len(sys.argv) == 3:
        models(sys.argv[2])
    elif sys.argv[1:2] == ["rows"] and len(sys.argv) == 4:
        rows(sys.argv[2], sys.argv[3])
    else:
        raise SystemExit(__doc__)
