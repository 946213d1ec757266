#!/usr/bin/env python3
"""Writes small files in the layout in which the published reference code (tmlr-group/BayesianLM, train_vm.py, train_ft.py and
train_vlm.py) saves best.pth.

usage: make-reference-checkpoints.py [FOLDER]    (default: framework/distribution/src/test/resources/reference)

They fit an experiment with 64 source labels, 8 target labels and padding to 48x48; best-vlm one with 16 source labels and a
frame of 4 pixels at 32x32. Values follow a formula, so that a test can check them without torch:
program[i] = (i % 17 - 8) / 8, sequence[t] = 5 t + 1, matrix[s][t] = (s + t) % 5 / 128. A trained layer's weight is the
matrix transposed; its bias, which the reference never adds, is 9.
"""
import collections
import pathlib
import sys

import torch
import torch.nn.functional as F

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "framework/distribution/src/test/resources/reference")
folder.mkdir(parents=True, exist_ok=True)
targets = 8


def prompt(size, frame):
    visual_prompt = torch.nn.Module()
    program = ((torch.arange(3 * size * size) % 17 - 8).float() / 8).reshape(3, size, size)
    visual_prompt.program = torch.nn.Parameter(program)
    inner = size - 2 * frame
    visual_prompt.register_buffer("mask", F.pad(torch.zeros(3, inner, inner), [frame] * 4, value=1))
    return visual_prompt


def matrix(sources):
    return torch.tensor([[(s + t) % 5 / 128 for t in range(targets)] for s in range(sources)])


sequence = torch.tensor([5 * t + 1 for t in range(targets)])
layer = torch.nn.Module()
layer.linear = torch.nn.Linear(64, targets)
layer.linear.weight.data = matrix(64).t().contiguous()
layer.linear.bias.data.fill_(9)

for name, visual_prompt, mapping in [("ilm", prompt(48, 12), sequence), ("blmpp", prompt(48, 12), matrix(64)),
                                     ("linear", prompt(48, 12), layer.state_dict()), ("vlm", prompt(32, 4), matrix(16))]:
    torch.save({"visual_prompt_dict": visual_prompt.state_dict(), "epoch": 1, "best_acc": 0.4375,
                "mapping_matrix": mapping}, folder / f"best-{name}.pth")
torch.save({"model": collections.OrderedDict(weight=torch.zeros(2)), "epoch": 1}, folder / "other.pth")
