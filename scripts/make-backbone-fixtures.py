#!/usr/bin/env python3
"""Makes the fidelity fixtures of plugins/backbones-torchvision with torchvision's own networks.

Usage: scripts/make-backbone-fixtures.py FOLDER [ARCHITECTURE...]

Needs Python 3 with torch, torchvision and numpy (made with Debian 12's: torch 1.13.1, torchvision 0.14.1). Each network gets
weights that FOLDER need not hold, because both sides make them from the same integer hash:

  seed(name)     = FNV-1a, 64 bits, of the name's UTF-8 bytes
  bits(name, i)  = splitmix64 output function of seed(name) + (i + 1) * 0x9E3779B97F4A7C15, i the row-major index
  u(name, i)     = (bits >> 40) / 2^23 - 1, exact in float32, in [-1, 1)
  value          = a + b * u in float64, rounded to float32, with
      running_var                                      a = 1,    b = 0.5
      .weight of one dimension (norms)                 a = 0.75, b = 0.25
      .weight of more, e elements per row              a = 0,    b = sqrt(g / e), g = 6 for convolutions, 3 for matrices
      anything else                                    a = 0,    b = 0.2

The input is u("input" + variant, i) * 1.7 and the gradient is that of sum(logits * u("cotangent", i)). A ReLU whose input is so
near 0 that float32 may give it the other sign changes the gradient by far more than rounding does; of VARIANTS inputs the one is
taken that stays away from that the most. FOLDER/fidelity.safetensors gets for each architecture the logits, a strided sample of
the input gradient (metadata: batch, height and width, stride, variant) and its sums of values and of absolute values;
FOLDER/parameters.txt.gz names and shapes. References are computed in float64.
"""
import gzip
import json
import math
import os
import struct
import sys

import numpy as np
import torch
import torch.nn.functional as F
import torchvision.models as models
from torch import nn


def fnv(name):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def uniform(name, count):
    with np.errstate(over="ignore"):
        z = np.uint64(fnv(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2.0**23 - 1.0


def parameter(name, shape):
    count = math.prod(shape)
    if name.endswith("running_var"):
        a, b = 1.0, 0.5
    elif name.endswith(".weight") and len(shape) == 1:
        a, b = 0.75, 0.25
    elif name.endswith("weight") and len(shape) > 1:
        a, b = 0.0, math.sqrt((6.0 if len(shape) == 4 else 3.0) / (count // shape[0]))
    else:
        a, b = 0.0, 0.2
    return torch.from_numpy((a + b * uniform(name, count)).astype(np.float32)).reshape(shape)


VARIANTS = 30
MARGINS = []


def relu_with_margin(x, inplace=False):
    """F.relu that notes the smallest input in units of the layer's root mean square."""
    y = x.detach()
    MARGINS.append((y.abs().min() / y.square().mean().sqrt()).item())
    return torch.relu(x)


F.relu = relu_with_margin


def make_input(shape, variant):
    x = (uniform(f"input{variant}", math.prod(shape)) * 1.7).astype(np.float32)
    return torch.from_numpy(x).reshape(shape).double()


def best_variant(net, shape):
    best, best_margin = 0, -1.0
    with torch.no_grad():
        for variant in range(VARIANTS):
            MARGINS.clear()
            net(make_input(shape, variant))
            margin = min(MARGINS, default=1.0)
            if margin > best_margin:
                best, best_margin = variant, margin
            if margin > 2e-6:
                break
    return best, best_margin


class CifarBlock(nn.Module):
    """Two 3x3 convolutions; where the stride is 2, every second pixel with zero channels on both sides is the shortcut."""

    def __init__(self, channels, out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        self.stride = stride

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride == 2:
            quarter = y.shape[1] // 4
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, quarter, quarter))
        return F.relu(y + x)


class CifarResNet(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(16)
        self.layer1 = nn.Sequential(*[CifarBlock(16, 16, 1) for _ in range(blocks)])
        self.layer2 = nn.Sequential(CifarBlock(16, 32, 2), *[CifarBlock(32, 32, 1) for _ in range(blocks - 1)])
        self.layer3 = nn.Sequential(CifarBlock(32, 64, 2), *[CifarBlock(64, 64, 1) for _ in range(blocks - 1)])
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.linear(F.avg_pool2d(x, x.shape[3]).flatten(1))


class SamePadded(nn.Conv2d):
    """A 3x3 convolution of stride 2 that pads right and bottom only."""

    def forward(self, x):
        return F.conv2d(F.pad(x, (0, 1, 0, 1)), self.weight, self.bias, 2, 0, 1, self.groups)


class MobileNetTf(nn.Module):
    """torchvision's MobileNetV2 rewritten: batch-norms out, biases in, other padding, input brought to its range."""

    def __init__(self):
        super().__init__()
        net = models.mobilenet_v2(weights=None)
        self.features = self.rewrite(net.features)
        self.classifier = net.classifier
        self.input_scale = nn.Parameter(torch.ones(1, 3, 1, 1))
        self.input_shift = nn.Parameter(torch.zeros(1, 3, 1, 1))

    def rewrite(self, module):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Conv2d):
                kind = SamePadded if child.stride == (2, 2) else nn.Conv2d
                setattr(module, name, kind(child.in_channels, child.out_channels, child.kernel_size, child.stride,
                                           child.padding, groups=child.groups, bias=True))
            elif isinstance(child, nn.BatchNorm2d):
                setattr(module, name, nn.Identity())
            else:
                self.rewrite(child)
        return module

    def forward(self, x):
        x = self.features(x * self.input_scale + self.input_shift)
        return self.classifier(x.mean((2, 3)))


# name: network, batch, input size
ARCHITECTURES = {
    "resnet18": (lambda: models.resnet18(weights=None), 2, 64),
    "resnet34": (lambda: models.resnet34(weights=None), 2, 64),
    "resnet50": (lambda: models.resnet50(weights=None), 2, 64),
    "resnet101": (lambda: models.resnet101(weights=None), 1, 64),
    "resnet152": (lambda: models.resnet152(weights=None), 1, 64),
    "resnext50-32x4d": (lambda: models.resnext50_32x4d(weights=None), 2, 64),
    "resnext101-32x8d": (lambda: models.resnext101_32x8d(weights=None), 1, 64),
    "resnext101-64x4d": (lambda: models.resnext101_64x4d(weights=None), 1, 64),
    "wide-resnet50-2": (lambda: models.wide_resnet50_2(weights=None), 1, 64),
    "mobilenet-v2": (lambda: models.mobilenet_v2(weights=None), 2, 64),
    "mobilenet-v2-tf": (MobileNetTf, 2, 64),
    "cifar-resnet20": (lambda: CifarResNet(3), 2, 32),
    "cifar-resnet32": (lambda: CifarResNet(5), 2, 32),
    "cifar-resnet44": (lambda: CifarResNet(7), 2, 32),
    "cifar-resnet56": (lambda: CifarResNet(9), 2, 32),
    "vit-b-16": (lambda: models.vit_b_16(weights=None), 1, 224),
    "vit-b-32": (lambda: models.vit_b_32(weights=None), 2, 224),
    "swin-t": (lambda: models.swin_t(weights=None), 2, 224),
}


def write_safetensors(path, tensors, metadata):
    header, offset, parts = {"__metadata__": metadata}, 0, []
    for name, array in tensors.items():
        data = np.ascontiguousarray(array, dtype="<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


def main():
    folder = sys.argv[1]
    tensors, metadata, lines = {}, {"torch": torch.__version__}, []
    for name in sys.argv[2:] or ARCHITECTURES:
        make, batch, size = ARCHITECTURES[name]
        net = make().eval()
        state = net.state_dict()
        for key, value in state.items():
            lines.append(f"{name} {key} {'x'.join(str(n) for n in value.shape)}\n")
            if value.is_floating_point():
                state[key] = parameter(key, tuple(value.shape))
        net.load_state_dict(state)
        net.double()
        shape = (batch, 3, size, size)
        variant, margin = best_variant(net, shape)
        x = make_input(shape, variant)
        x.requires_grad_(True)
        logits = net(x)
        cotangent = torch.from_numpy(uniform("cotangent", logits.numel())).reshape(logits.shape)
        (logits * cotangent).sum().backward()
        gradient = x.grad.flatten().numpy()
        stride = len(gradient) // 499 | 1
        tensors[name + ".logits"] = logits.detach().numpy()
        tensors[name + ".gradient"] = gradient[::stride]
        tensors[name + ".sums"] = np.array([gradient.sum(), np.abs(gradient).sum(), np.abs(gradient).max()])
        metadata[name] = f"{batch} {size} {stride} {variant}"
        print(name, "logits' spread", logits.std().item(), "gradient's", gradient.std(), "variant", variant, "margin", margin, flush=True)
    write_safetensors(os.path.join(folder, "fidelity.safetensors"), tensors, metadata)
    with gzip.GzipFile(os.path.join(folder, "parameters.txt.gz"), "wb", mtime=0) as file:
        file.write("".join(lines).encode())


if __name__ == "__main__":
    main()
