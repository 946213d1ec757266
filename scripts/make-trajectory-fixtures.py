#!/usr/bin/env python3
"""Trains the small network of trajectory.safetensors by the rule of the standard edition, and with batches that do not
divide the training set, in plain PyTorch (1.13, CPU, float32).

usage: make-trajectory-fixtures.py TRAJECTORY OUTPUT

TRAJECTORY is framework/testkit/src/main/resources/fixtures/trajectory.safetensors, whose pictures and network are used and
copied. Before anything is written the recorded runs of that file are trained again and compared, which shows that this
script does what the reference does. Standard edition: before each epoch a pass without gradients over the training pictures
makes the epoch's mapping. Fast edition: the first mapping is made so, later ones from the outputs of training.
"""
import json
import struct
import sys

import torch
import torch.nn.functional as F

TYPES = {"F32": torch.float32, "I64": torch.int64, "U8": torch.uint8}
NAMES = {dtype: name for name, dtype in TYPES.items()}


def read(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        raw = bytearray(data[8 + length + begin : 8 + length + end])
        tensors[name] = torch.frombuffer(raw, dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors, metadata


def write(path, tensors, metadata):
    header, body = {"__metadata__": metadata}, b""
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        raw = tensor.numpy().tobytes()
        header[name] = {
            "dtype": NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [len(body), len(body) + len(raw)],
        }
        body += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


MEAN = torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1)
STD = torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1)


class Run:
    def __init__(self, tensors, metadata, kind, edition, batch):
        self.t, self.kind, self.edition, self.batch = tensors, kind, edition, batch
        self.ks, self.kt, self.k = (int(metadata[key]) for key in ("ks", "kt", "k"))
        self.lap, self.rate = float(metadata["lap"]), float(metadata["lr"])
        self.epochs, self.size = int(metadata["epochs"]), int(metadata["out_size"])
        self.images = tensors["images"].float() / 255
        self.labels = tensors["labels"]
        self.program = torch.zeros(3, self.size, self.size, requires_grad=True)
        self.nearest = float("inf")  # smallest distance between competing logits

    def network(self, x):
        for layer in (1, 2, 3):
            weight = self.t[f"net.conv{layer}.weight"]
            x = F.relu(F.conv2d(x, weight, self.t[f"net.conv{layer}.bias"], 2, weight.shape[2] // 2))
        x = F.adaptive_avg_pool2d(x, 2).flatten(1)
        return F.linear(x, self.t["net.fc.weight"], self.t["net.fc.bias"])

    def prompted(self, images):
        before = (self.size - images.shape[2] + 1) // 2
        after = self.size - images.shape[2] - before
        canvas = F.pad(images, (before, after, before, after))
        return (canvas + self.t["mask"] * torch.sigmoid(self.program) - MEAN) / STD

    def logits(self, images):
        return self.network(self.prompted(images))

    def margin(self, logits, top):
        ordered = logits.detach().sort(dim=1, descending=True).values
        self.nearest = min(self.nearest, (ordered[:, top - 1] - ordered[:, top]).min().item())

    def mapping(self, logits, labels):
        joint = torch.zeros(self.ks, self.kt, dtype=torch.float64)
        if self.kind == "blmp":
            self.margin(logits, self.k)
            top = logits.softmax(1).topk(self.k, 1)
            for row, label in enumerate(labels.tolist()):
                joint[top.indices[row], label] += top.values[row].double()
        else:
            self.margin(logits, 1)
            for source, label in zip(logits.argmax(1).tolist(), labels.tolist()):
                joint[source, label] += 1
        if self.kind != "ilm":
            reweighted = joint / (joint.sum(1, keepdim=True) + self.lap)
            return (reweighted / reweighted.sum(0, keepdim=True)).float()
        sequence = torch.zeros(self.kt, dtype=torch.int64)
        left = joint.clone()
        for _ in range(self.kt):
            flat = int(left.flatten().argmax())
            source, target = flat // self.kt, flat % self.kt
            sequence[target] = source
            left[source, :] = -1
            left[:, target] = -1
        return sequence

    def mapped(self, logits, mapping):
        return logits[:, mapping] if self.kind == "ilm" else logits @ mapping

    def evidence(self):
        with torch.no_grad():
            parts = [self.logits(self.images[i : i + self.batch]) for i in range(0, len(self.images), self.batch)]
        return torch.cat(parts)

    def train(self):
        optimizer = torch.optim.Adam([self.program], lr=self.rate)
        test, test_labels = self.t["test_images"].float() / 255, self.t["test_labels"]
        mapping = self.mapping(self.evidence(), self.labels)
        losses, mappings, train_accuracy, test_accuracy = [], [mapping], [], []
        for epoch in range(self.epochs):
            if self.edition == "standard" and epoch > 0:
                mapping = self.mapping(self.evidence(), self.labels)
                mappings.append(mapping)
            outputs, correct = [], 0
            for begin in range(0, len(self.images), self.batch):
                labels = self.labels[begin : begin + self.batch]
                optimizer.zero_grad()
                logits = self.logits(self.images[begin : begin + self.batch])
                target = self.mapped(logits, mapping)
                loss = F.cross_entropy(target, labels)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                outputs.append(logits.detach())
                self.margin(target, 1)
                correct += int((target.argmax(1) == labels).sum())
            train_accuracy.append(correct / len(self.labels))
            with torch.no_grad():
                test_logits = self.logits(test)
                test_mapped = self.mapped(test_logits, mapping)
            self.margin(test_mapped, 1)
            test_accuracy.append(float((test_mapped.argmax(1) == test_labels).float().mean()))
            if self.edition == "fast":
                mapping_next = self.mapping(torch.cat(outputs), self.labels)
                mappings.append(mapping_next)
                last, mapping = mapping, mapping_next
        return {
            "loss": torch.tensor(losses),
            "mapping": torch.stack(mappings),
            "program": self.program.detach(),
            "test_logits": test_logits,
            "test_mapped": test_mapped,
            "train_accuracy": torch.tensor(train_accuracy),
            "test_accuracy": torch.tensor(test_accuracy),
        }


def main():
    tensors, metadata = read(sys.argv[1])
    for kind in ("ilm", "blm", "blmp"):
        run = Run(tensors, metadata, kind, "fast", int(metadata["batch"]))
        for name, value in run.train().items():
            recorded = tensors[f"{kind}.{name}"]
            difference = (value.double() - recorded.double()).abs().max().item()
            print(f"{kind}.{name}: differs by {difference:.1e}")
            assert difference <= 3e-5, (kind, name, difference)
    shared = ("images", "labels", "test_images", "test_labels", "mask")
    out = {name: tensor for name, tensor in tensors.items() if name.startswith("net.") or name in shared}
    batch = 25  # chosen among those of which no rectifier flips when another library convolves
    for kind in ("ilm", "blm", "blmp"):
        for edition in ("standard", "fast"):
            run = Run(tensors, metadata, kind, edition, batch)
            results = run.train()
            with torch.backends.mkldnn.flags(enabled=False):
                again = Run(tensors, metadata, kind, edition, batch).train()
            for name, value in results.items():
                drift = (value.double() - again[name].double()).abs().max().item()
                assert drift <= 2e-5, (kind, edition, name, drift)
                out[f"{kind}_{edition}.{name}"] = value
            print(f"{kind} {edition}: competing logits at least {run.nearest:.1e} apart")
            assert run.nearest > 5e-4, (kind, edition)
    keep = ("ks", "kt", "epochs", "lr", "lap", "k", "in_size", "out_size", "net")
    write(sys.argv[2], out, {**{key: metadata[key] for key in keep}, "batch": str(batch)})


main()
