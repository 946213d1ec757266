#!/usr/bin/env python3
"""Images/s of a training step with PyTorch and torchvision: forward, and backward to the input, of frozen networks.

Usage: benchmark-backbones.py NETWORK BATCH STEPS THREADS. Called by scripts/benchmark-backbones.sh; prints milliseconds a step.
"""
import sys
import time

import torch
import torchvision.models as models

NAMES = {"resnet18": "resnet18", "resnet50": "resnet50", "resnext50-32x4d": "resnext50_32x4d", "vit-b-32": "vit_b_32",
         "mobilenet-v2": "mobilenet_v2", "swin-t": "swin_t"}


def main():
    name, batch, steps, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(threads)
    net = getattr(models, NAMES[name])(weights=None).eval().requires_grad_(False)
    x = torch.randn(batch, 3, 224, 224)
    for step in range(steps + 1):
        start = time.perf_counter()
        leaf = x.detach().requires_grad_(True)
        net(leaf).sum().backward()
        if step:  # the first one warms up
            print(f"{(time.perf_counter() - start) * 1e3:.1f}", flush=True)


main()
