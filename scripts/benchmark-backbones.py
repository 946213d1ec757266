#!/usr/bin/env python3
"""PyTorch's part of scripts/benchmark-backbones.sh.

save NETWORK FILE                  torchvision's network with random weights, as torch.save writes its state dict
step NETWORK BATCH STEPS THREADS   milliseconds of each step: forward of the frozen network, backward to its input
"""
import sys
import time

import torch
import torchvision.models as models


def network(name):
    torch.manual_seed(0)
    return getattr(models, name.replace("-", "_"))(weights=None).eval().requires_grad_(False)


def step(name, batch, steps, threads):
    torch.set_num_threads(threads)
    net = network(name)
    x = torch.randn(batch, 3, 224, 224)
    for i in range(steps + 1):
        start = time.perf_counter()
        leaf = x.detach().requires_grad_(True)
        net(leaf).sum().backward()
        if i:  # the first one warms up
            print(f"pytorch {(time.perf_counter() - start) * 1e3:.1f}", flush=True)


if sys.argv[1] == "save":
    torch.save(network(sys.argv[2]).state_dict(), sys.argv[3])
else:
    step(sys.argv[2], *map(int, sys.argv[3:]))
