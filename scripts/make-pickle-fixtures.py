#!/usr/bin/env python3
"""Writes the small pickles that the tests of framework/pickle read, with Python's own pickle and numpy.

usage: make-pickle-fixtures.py [FOLDER]    (default: framework/pickle/src/test/resources/pickles)
"""
import collections
import pathlib
import pickle
import sys

import numpy as np

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "framework/pickle/src/test/resources/pickles")
folder.mkdir(parents=True, exist_ok=True)

plain = {
    "none": None,
    "true": True,
    "false": False,
    "integers": [0, 1, -1, 255, 256, 65535, 65536, -(2**31), 2**31, 2**63 - 1, -(2**63), 2**63, -(2**100)],
    "floats": [0.0, -1.5, 1e300, float("inf"), float("-inf"), float("nan")],
    "texts": ["", "plain", "p\u00e4d \u20ac \U0001f600", "line\nbreak\\back'slash\"", "x" * 300],
    "bytes": [b"", b"abc", bytes(range(256)), bytes(300)],
    "bytearray": bytearray(b"\x00\xffmutable"),
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
    7: "integer key",
}
shared = [1, 2]
plain["shared"] = [shared, shared]

grid = np.arange(6, dtype=np.int64).reshape(2, 3)
arrays = {code: (grid * (1 if code[0] in "bui" else 0.5)).astype(code) for code in
          ["b1", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"]}
arrays["big-endian"] = grid.astype(">i4")
arrays["fortran"] = np.asfortranarray(grid.astype("f4"))
arrays["empty"] = np.zeros((0, 4), "f4")
arrays["zero-dim"] = np.array(2.5)
arrays["scalar"] = np.float32(0.25)
arrays["int-scalar"] = np.int64(-3)
arrays["bool-scalar"] = np.bool_(True)
arrays["uint64-scalar"] = np.uint64(2**64 - 1)

batch = {b"batch_label": b"training batch 1 of 5", b"labels": [3, 0],
         b"data": np.arange(24, dtype=np.uint8).reshape(2, 12), b"filenames": [b"a.png", b"b.png"]}

for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for name, value in [("plain", plain), ("arrays", arrays), ("batch", batch)]:
        with open(folder / f"{name}-{protocol}.pkl", "wb") as file:
            pickle.dump(value, file, protocol=protocol)
