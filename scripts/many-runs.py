#!/usr/bin/env python3
"""Makes a study of many finished runs out of one, for timing what reads them.

many-runs.py RUN FOLDER [COUNT]: RUN is a finished run directory; FOLDER must not exist. Data sets, mappers and
seeds are made up, figures are moved at random (seed 0).
"""
import json
import pathlib
import random
import shutil
import sys

run = pathlib.Path(sys.argv[1])
folder = pathlib.Path(sys.argv[2])
count = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
folder.mkdir(parents=True)
shutil.copy(run / "experiment.yaml", folder)
provenance = json.loads((run / "provenance.json").read_text())
lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
dice = random.Random(0)
for i in range(count):
    data, mapper, seed = f"set{i % 12}", f"map{i // 12 % 5}", i // 60
    provenance["id"] = f"{i:08x}" + provenance["id"][8:]
    provenance["seed"] = provenance["spec"]["seed"] = seed
    provenance["spec"]["dataset"]["name"] = data
    provenance["spec"]["mapping"]["name"] = mapper
    provenance["label"] = f"{data}-{mapper}-seed{seed}"
    place = folder / f"{provenance['label']}-{provenance['id'][:8]}"
    (place / "checkpoints").mkdir(parents=True)
    (place / "provenance.json").write_text(json.dumps(provenance, indent=2))
    for line in lines:
        if "test_accuracy" in line:
            line["test_accuracy"] = min(1, max(0, dice.gauss(0.6 + i // 12 % 5 / 100, 0.05)))
    (place / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    for name in ("experiment.yaml", "predictions.safetensors"):
        shutil.copy(run / name, place)
    (place / "report.html").touch()
