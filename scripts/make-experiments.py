#!/usr/bin/env python3
"""Writes experiments/paper and experiments/vlm: one file for each model, prompt and data set of the paper's tables.

    scripts/make-experiments.py

What the files say is the published code's configuration (tmlr-group/BayesianLM: cfg.py, train_vm.py, train_vlm.py,
data/prepare_data.py); docs/reproducing.md explains it.
"""
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent / "experiments"
DATASETS = ["cifar10", "cifar100", "dtd", "eurosat", "flowers102", "food101", "gtsrb", "oxfordpets", "stanfordcars",
            "sun397", "svhn", "ucf101"]
SMALL_BATCHES = {"dtd": 64, "oxfordpets": 64}
WEIGHTS = {"resnet18": "imagenet1k-v1", "resnext101-32x8d": "instagram"}
PROMPTS = {"padding": "{name: padding, size: 224}", "watermark": "{name: watermark, size: 224, pad: 112}"}
# the published layer has a bias but never adds it
LINEAR = "{name: linear, restrict: no-bias}"
BLM = ["{name: blm, laplace: 1}", "{name: blm++, laplace: 1, top-k-ratio: 0.15}"]

VISION = """\
# Written by scripts/make-experiments.py; docs/reproducing.md says how to run it.
name: paper-{prompt}-{backbone}-{dataset}
seed: 0
dataset: {{name: {dataset}, path: "${{REPRISE_DATA}}/{dataset}"}}
backbone: {{name: {backbone}, weights: {weights}}}
prompt: {options}
mapping: [{mapping}]
training:
  edition: standard
  epochs: 200
  batch-size: {batch}
  optimizer: {{name: adam, lr: 0.01}}
  schedule: {{name: multi-step, milestones: [0.5, 0.72], gamma: 0.1}}
  selection: test
"""

VISION_LANGUAGE = """\
# Written by scripts/make-experiments.py; docs/reproducing.md says how to run it.
name: vlm-{dataset}
seed: 0
dataset: {{name: {dataset}, path: "${{REPRISE_DATA}}/{dataset}"}}
backbone: {{name: clip, weights: openai-vit-b-32}}
prompt: {{name: watermark, size: 224, pad: 30}}
mapping: [{mapping}]
training:
  edition: standard
  epochs: 200
  batch-size: {batch}
  optimizer: {{name: sgd, lr: 40, momentum: 0.9}}
  schedule: {{name: cosine}}
  selection: test
"""


def write(folder, name, text):
    (ROOT / folder).mkdir(parents=True, exist_ok=True)
    (ROOT / folder / f"{name}.yaml").write_text(text)


for dataset in DATASETS:
    batch = SMALL_BATCHES.get(dataset, 256)
    for backbone, weights in WEIGHTS.items():
        for prompt, options in PROMPTS.items():
            write("paper", f"{prompt}-{backbone}-{dataset}",
                  VISION.format(prompt=prompt, backbone=backbone, weights=weights, dataset=dataset, options=options,
                                batch=batch, mapping=", ".join(["rlm", "flm", "ilm"] + BLM + [LINEAR])))
    write("vlm", dataset, VISION_LANGUAGE.format(dataset=dataset, batch=batch, mapping=", ".join(["ilm"] + BLM)))
