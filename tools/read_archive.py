"""Opens a Tandem archive, checks every hash, and prints its tensors: python3 tools/read_archive.py models/shop"""
import hashlib, json, pathlib, struct, sys
import numpy as np

TYPES = {"F32": "<f4", "F64": "<f8", "I64": "<i8", "I32": "<i4", "U8": "u1"}

def open_archive(directory):
    """The manifest, and part name -> file, after checking sizes and SHA-256."""
    raw = (directory / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    assert manifest["format"] == "tandem-archive" and manifest["version"] == 1, "not an archive of version 1"
    unsigned = raw.replace(manifest["sha256"].encode(), b"0" * 64, 1)
    assert hashlib.sha256(unsigned).hexdigest() == manifest["sha256"], "manifest.json is damaged"
    parts = {name: directory / part["file"] for name, part in manifest["parts"].items()}
    for name, file in parts.items():
        assert hashlib.sha256(file.read_bytes()).hexdigest() == manifest["parts"][name]["sha256"], f"{name} is damaged"
    return manifest, parts

def tensors(file):
    """Tensor name -> memory-mapped array."""
    start = 8 + struct.unpack("<Q", file.open("rb").read(8))[0]
    header = json.loads(file.open("rb").read(start)[8:])
    return {name: np.memmap(file, TYPES[t["dtype"]], "r", start + t["data_offsets"][0], tuple(t["shape"]))
            for name, t in header.items() if name != "__metadata__" and t["data_offsets"][0] < t["data_offsets"][1]}

manifest, parts = open_archive(pathlib.Path(sys.argv[1]))
print(json.dumps(manifest["origin"], indent=2))
for name, file in parts.items():
    for tensor, values in tensors(file).items() if name.endswith(".safetensors") else ():
        print(name, tensor, values.dtype, values.shape, "first", values.flat[0])
