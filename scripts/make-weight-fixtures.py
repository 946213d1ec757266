#!/usr/bin/env python3
"""Writes the small files of weights that the tests of framework/weights read, with torch itself (made with 1.13).

usage: make-weight-fixtures.py [FOLDER]    (default: framework/weights/src/test/resources/weights)

Every tensor holds 0, 1, 2, ... in its own order, so that a reader can be checked without torch.
"""
import argparse
import collections
import json
import pathlib
import sys
import zipfile

import numpy as np
import torch
from torch import nn

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "framework/weights/src/test/resources/weights")
folder.mkdir(parents=True, exist_ok=True)


def count(*shape, dtype=torch.float32):
    return torch.arange(int(np.prod(shape, dtype=int))).reshape(shape).to(dtype)


def save(value, name, **options):
    torch.save(value, folder / name, **options)


dtypes = {str(d)[6:]: count(2, 3, dtype=d) for d in
          [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
           torch.int8, torch.uint8]}
dtypes["bool"] = torch.tensor([[False, True, True], [True, True, True]])

base = count(4, 6)
shared = count(5)
views = collections.OrderedDict(
    transposed=base.t(), row=base[1], column=base[:, 2], corner=base[2:, 3:], strided=base[::2, ::3],
    whole=base, scalar=torch.tensor(7.0), empty=torch.zeros(0, 3), shared1=shared, shared2=shared,
    expanded=torch.tensor([1.0]).expand(2, 3))

module = nn.Sequential(nn.Conv2d(3, 2, 3, bias=False), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(8, 4))
for parameter in module.parameters():
    parameter.data = count(*parameter.shape)
state = module.state_dict()  # an OrderedDict with _metadata
parameters = collections.OrderedDict((name, parameter) for name, parameter in module.named_parameters())
parallel = {"epoch": 3, "best_acc": 0.5, "arch": "tiny", "lr": [0.1, 0.01], "scheduler": None,
            "best": np.float64(0.25), "mapping": np.arange(3),
            "state_dict": collections.OrderedDict(("module." + n, t) for n, t in state.items()),
            "optimizer": {"state": {0: {"momentum_buffer": count(2)}}, "param_groups": [{"lr": 0.1, "params": [0, 1]}]}}

tagged = nn.Parameter(count(3))
tagged.note = "an attribute of its own"


class Unknown:
    def __init__(self):
        self.weights = [1, 2]
        self.again = self


# what training scripts save beside a state dict, and tensors of kinds that are not read
extras = {
    "state_dict": collections.OrderedDict(
        [("module.net." + n, t) for n, t in state.items()] + [("module.net.tagged", tagged)]),
    "counter": collections.Counter([30, 60, 60]), "args": argparse.Namespace(lr=0.1, nested={"a": [1]}),
    "dtype": torch.float32, "device": torch.device("cpu"), "size": torch.Size([1, 2]), "set": {1, 2}, "frozen": frozenset([3]),
    "default": collections.defaultdict(list, {"a": [1]}), "path": pathlib.PurePosixPath("a/b"),
    "text": np.str_("numpy"), "object-array": np.array([None, "x"], dtype=object), "text-array": np.array(["a", "bc"]),
    "date": np.datetime64("2020-01-01"), "keyed": {(0, 1): "pair", torch.float32: "dtype", frozenset([1]): "set"},
    "unknown": Unknown(), "class": Unknown, "function": print, "range": range(3), "complex-number": 1j,
    "complex": torch.zeros(2, 3, dtype=torch.complex64), "quantized": torch.quantize_per_tensor(torch.zeros(2, 2), 0.1, 0, torch.qint8),
    "sparse": torch.eye(4).to_sparse(), "uint16": np.zeros(5, np.uint16), "layout": torch.strided,
}

for suffix, options in [("zip", {}), ("legacy", {"_use_new_zipfile_serialization": False})]:
    save(extras, f"extras-{suffix}.pth", **options)
    save(extras, f"extras-{suffix}-protocol4.pth", pickle_protocol=4, **options)
    save(dtypes, f"dtypes-{suffix}.pth", **options)
    save(views, f"views-{suffix}.pth", **options)
    save(state, f"state-{suffix}.pth", **options)
    save(parameters, f"parameters-{suffix}.pth", **options)
    save(parallel, f"checkpoint-{suffix}.pth", **options)
for protocol in range(1, 6):  # 0 cannot be read back by torch itself
    save(dtypes, f"dtypes-protocol{protocol}.pth", pickle_protocol=protocol)
    save(dtypes, f"dtypes-legacy-protocol{protocol}.pth", pickle_protocol=protocol,
         _use_new_zipfile_serialization=False)

# the same archive packed again with deflate, as file managers do
with zipfile.ZipFile(folder / "state-zip.pth") as source, \
        zipfile.ZipFile(folder / "state-deflated.pth", "w", zipfile.ZIP_DEFLATED) as target:
    for entry in source.namelist():
        target.writestr(zipfile.ZipInfo(entry), source.read(entry), zipfile.ZIP_DEFLATED)


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.visual = module
        self.logit_scale = nn.Parameter(torch.tensor(1.5))
        self.register_buffer("context_length", torch.tensor(77))
        self.sizes = [1, 2]
        self.name = "outer"

    def forward(self, x):
        return self.visual(x) * self.logit_scale


outer = Outer().eval()
torch.jit.save(torch.jit.script(outer), str(folder / "scripted.pt"))
torch.jit.save(torch.jit.trace(outer, torch.zeros(1, 3, 4, 4)), str(folder / "traced.pt"))
save(module, "whole-module.pth")  # refused: it names classes of torch.nn


def safetensors(tensors, name):
    header, data = {}, b""
    for key, tensor in tensors.items():
        raw = tensor.contiguous().numpy().tobytes()
        header[key] = {"dtype": {torch.float32: "F32", torch.float16: "F16", torch.int64: "I64"}[tensor.dtype],
                       "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    (folder / name).write_bytes(len(text).to_bytes(8, "little") + text + data)


safetensors(state, "state.safetensors")
names = list(state)
shards = {"shard-1-of-2.safetensors": names[:3], "shard-2-of-2.safetensors": names[3:]}
for shard, part in shards.items():
    safetensors({name: state[name] for name in part}, shard)
(folder / "sharded.safetensors.index.json").write_text(json.dumps(
    {"metadata": {"total_size": 0}, "weight_map": {name: shard for shard, part in shards.items() for name in part}}))
