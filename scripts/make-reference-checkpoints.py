#!/usr/bin/env python3
"""Writes small files in the layout in which the published reference code (tmlr-group/BayesianLM, train_vm.py) saves best.pth.

usage: make-reference-checkpoints.py [FOLDER]    (default: framework/distribution/src/test/resources/reference)

They fit an experiment with 64 source labels, 8 target labels and padding to 48x48. Values follow a formula, so that a test
can check them without torch: program[i] = (i % 17 - 8) / 8, sequence[t] = 5 t + 1, matrix[s][t] = (s + t) % 5 / 128.
"""
import collections
import pathlib
import sys

import torch
import torch.nn.functional as F

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "framework/distribution/src/test/resources/reference")
folder.mkdir(parents=True, exist_ok=True)
size, inner, sources, targets = 48, 24, 64, 8

program = ((torch.arange(3 * size * size) % 17 - 8).float() / 8).reshape(3, size, size)
pad = (size - inner) // 2
mask = F.pad(torch.zeros(3, inner, inner), [pad] * 4, value=1)
sequence = torch.tensor([5 * t + 1 for t in range(targets)])
matrix = torch.tensor([[(s + t) % 5 / 128 for t in range(targets)] for s in range(sources)])

for name, mapping in [("ilm", sequence), ("blmpp", matrix)]:
    visual_prompt = torch.nn.Module()
    visual_prompt.program = torch.nn.Parameter(program)
    visual_prompt.register_buffer("mask", mask)
    torch.save({"visual_prompt_dict": visual_prompt.state_dict(), "epoch": 1, "best_acc": 0.4375,
                "mapping_matrix": mapping}, folder / f"best-{name}.pth")
torch.save({"model": collections.OrderedDict(weight=torch.zeros(2)), "epoch": 1}, folder / "other.pth")
