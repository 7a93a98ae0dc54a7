"""What ONNX Runtime takes for forms of the same arithmetic, on one thread: broadcasts of 12,800 rows of 16, heads of attention,
and a weight's gradient with operands that were used before and operands that were not.

    python bench/peers/onnx_forms.py        # pip install -r tools/parity/requirements.txt

Prints the median of 60 runs of each in microseconds.
"""
import time

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

B, L, D, HEADS = 256, 50, 16, 2


def median(op, domain="", shapes=(), sets=1, **attributes):
    """The median over sets of operands that take turns; with many, none is in a cache when its turn comes."""
    names = ["a", "b"][: len(shapes)]
    graph = helper.make_graph(
        [helper.make_node(op, names, ["y"], domain=domain, **attributes)], "form",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in zip(names, shapes)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()
    session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    random = np.random.default_rng(0)
    bindings = []
    for _ in range(sets):
        feed = {n: np.asarray(random.standard_normal(s), np.float32) for n, s in zip(names, shapes)}
        binding = session.io_binding()
        for name, value in feed.items():
            binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(value))
        binding.bind_ortvalue_output("y", ort.OrtValue.ortvalue_from_numpy(session.run(None, feed)[0]))
        bindings.append(binding)
    times = []
    for turn in range(60 + sets):
        start = time.perf_counter()
        session.run_with_iobinding(bindings[turn % sets])
        times.append(time.perf_counter() - start)
    return 1e6 * np.median(times[sets:])


steps, heads, last = [B, L, D], [B, HEADS, L, D // HEADS], [B, HEADS, D // HEADS, L]
weights = [B, HEADS, L, L]
for name, micros in {
    "equal shapes": median("Add", shapes=(steps, steps)),
    "a row that all rows share, [16]": median("Add", shapes=(steps, [D])),
    "50 copies of it, [50,16]": median("Add", shapes=(steps, [L, D])),
    "a number per row, [256,50,1]": median("Mul", shapes=(steps, [B, L, 1])),
    "the same made 16 wide": median("MatMul", shapes=([B, L, 1], [1, D])),
    "a constant beside one column, []": median("Add", shapes=([B, L, 1], [])),
    "the same as [1,1,1]": median("Add", shapes=([B, L, 1], [1, 1, 1])),
    "heads apart, positions first": median("Transpose", shapes=([B, L, HEADS, D // HEADS],), perm=[0, 2, 1, 3]),
    "heads apart, positions last": median("Transpose", shapes=([B, L, HEADS, D // HEADS],), perm=[0, 2, 3, 1]),
    "weights turned times values": median("FusedMatMul", "com.microsoft", (weights, heads), transA=1),
    "a weight's gradient, [12800,32]ᵀ[12800,16]": median("Gemm", shapes=([B * L, 2 * D], [B * L, D]), transA=1),
    "the same, 20 pairs in turn": median("Gemm", shapes=([B * L, 2 * D], [B * L, D]), sets=20, transA=1),
    "values, positions last, times weights": median("MatMul", shapes=(last, weights)),
}.items():
    print("%-40s %6.0f" % (name, micros))
