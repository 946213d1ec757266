#!/usr/bin/env python3
"""Peak memory of vision-language runs with 81 templates of 397 classes, beside one template, a process for each mapping.

    scripts/measure-vision-language-memory.py target/reprise [MAPPING...]

A MAPPING may be a list, '[ilm, blm]', which runs in one process.

The model is made up: features of 512 numbers as in ViT-B/32, but one narrow block in each tower, so that what is
measured is evidence, matrix and gradient, and not the network. Needs numpy and Pillow.
"""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

WIDTH, FEATURES, CLASSES = 64, 512, 397
random = np.random.default_rng(5)
tensors = {}


def draw(name, factor, *shape):
    tensors[name] = (factor * (2 * random.random(shape) - 1)).astype("<f4")


def norm(name):
    tensors[name + ".weight"] = np.ones(WIDTH, "<f4")
    draw(name + ".bias", 0.1, WIDTH)


def linear(name, out, inputs):
    draw(name + ".weight", 0.2, out, inputs)
    draw(name + ".bias", 0.1, out)


def block(name):
    norm(name + ".ln_1")
    draw(name + ".attn.in_proj_weight", 0.2, 3 * WIDTH, WIDTH)
    draw(name + ".attn.in_proj_bias", 0.1, 3 * WIDTH)
    linear(name + ".attn.out_proj", WIDTH, WIDTH)
    norm(name + ".ln_2")
    linear(name + ".mlp.c_fc", 4 * WIDTH, WIDTH)
    linear(name + ".mlp.c_proj", WIDTH, 4 * WIDTH)


def write_model(folder):
    draw("visual.conv1.weight", 0.05, WIDTH, 3, 16, 16)
    draw("visual.class_embedding", 0.5, WIDTH)
    draw("visual.positional_embedding", 0.5, 5, WIDTH)
    norm("visual.ln_pre")
    block("visual.transformer.resblocks.0")
    norm("visual.ln_post")
    draw("visual.proj", 0.2, WIDTH, FEATURES)
    draw("token_embedding.weight", 0.5, 514, WIDTH)
    draw("positional_embedding", 0.3, 77, WIDTH)
    block("transformer.resblocks.0")
    norm("ln_final")
    draw("text_projection", 0.2, WIDTH, FEATURES)
    tensors["logit_scale"] = np.array(3, "<f4")
    header, body = {}, b""
    for name, tensor in tensors.items():
        data = tensor.tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "clip.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    (folder / "vocabulary.txt").write_text("#version: 0.2\n")


def write_images(folder):
    for split in ["train", "test"]:
        for label in range(CLASSES):
            target = folder / "data" / split / f"class{label}"
            target.mkdir(parents=True)
            Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).save(target / "image.png")


def peak(installation, folder, mapping, templates):
    output = tempfile.mkdtemp(dir=folder)
    (folder / "experiment.yaml").write_text(f"""\
name: memory
device: cpu
dataset: {{name: image-folder, path: data, image-size: 8}}
backbone: {{name: clip, weights: clip.safetensors, vocabulary: vocabulary.txt{templates}}}
prompt: {{name: watermark, pad: 4}}
mapping: {mapping}
training: {{epochs: 2, batch-size: 256, edition: fast}}
output: {output}
""")
    subprocess.run([installation / "bin/reprise", "run", "experiment.yaml"], cwd=folder, check=True,
                   env={**os.environ, "REPRISE_CACHE": str(folder / "cache")}, stdout=subprocess.DEVNULL)
    last = [metrics.read_text().splitlines()[-1] for metrics in pathlib.Path(output).rglob("metrics.jsonl")]
    return max(json.loads(line)["peak_memory_bytes"] for line in last) / 2**20


installation = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as name:
    place = pathlib.Path(name)
    write_model(place)
    write_images(place)
    peak(installation, place, "text", "")  # leaves the features of the texts in the cache
    for mapping in sys.argv[2:] or ["ilm", "blm", "blm++"]:
        large = peak(installation, place, mapping, "")
        small = peak(installation, place, mapping, ', templates: ["{}"]')
        print(f"{mapping}: {large:.0f} MiB with 81 templates, {small:.0f} MiB with one, {large - small:.0f} MiB more", flush=True)
