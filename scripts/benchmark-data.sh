#!/bin/sh
# Measures data loading with the installation in target/reprise (./mvnw -DskipTests package).
# Usage: scripts/benchmark-data.sh [IMAGES]
# 1. Decoding and resizing: JPEG files made for this purpose (IMAGES of them, 500x375, default 2000), Reprise beside the
#    way the published code loads them (PIL, torchvision, DataLoader with 2 workers; /usr/bin/python3 must have them).
# 2. Decoding and resizing the first 200 of them on one thread, step by step, beside PIL.
# 3. Batches of prepared images, to float, beside a plain copy of as many bytes.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/target/reprise
benchmarks=$root/framework/benchmarks/target
if [ ! -d "$home/lib" ] || [ ! -d "$benchmarks/lib" ]; then
  echo "benchmark-data: build first: ./mvnw -DskipTests package" >&2
  exit 2
fi
. "$home/bin/environment.sh"

run() {
  java -Xmx2g -XX:+UseSerialGC -Djava.awt.headless=true ${REPRISE_JAVA_OPTS:-} \
    -Dorg.bytedeco.javacpp.maxBytes=0 -Dorg.bytedeco.javacpp.maxPhysicalBytes=0 "-Dreprise.home=$home" \
    -cp "$benchmarks/classes:$benchmarks/lib/*:$home/lib/*" org.reprise.benchmarks.DataSpeed "$@"
}

folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
/usr/bin/python3 - "$folder" "${1:-2000}" <<'PYTHON'
import os
import sys

import numpy as np
from PIL import Image

folder, count = sys.argv[1], int(sys.argv[2])
random = np.random.RandomState(0)
for split, images in (("train", count), ("test", 2)):
    for label in ("a", "b"):
        os.makedirs(f"{folder}/{split}/{label}")
    for i in range(images):
        # a small picture enlarged, and noise: about as many bytes as a photograph of this size (60 kB)
        small = Image.fromarray(random.randint(0, 256, (24, 32, 3), np.uint8)).resize((500, 375), Image.BICUBIC)
        pixels = np.asarray(small, np.int16) + random.randint(-12, 13, (375, 500, 1), np.int16)
        Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(f"{folder}/{split}/{'ab'[i % 2]}/{i:05}.jpg", quality=85)
PYTHON
for side in 128 224; do
  echo "decode and resize to ${side}x$side"
  run decode "$folder" "$side"
  /usr/bin/python3 - "$folder" "$side" <<'PYTHON'
import sys
import time

from torch.utils.data import DataLoader
from torchvision import datasets, transforms

folder, side = sys.argv[1], int(sys.argv[2])
transform = transforms.Compose([transforms.Resize((side, side)), transforms.ToTensor()])
data = datasets.ImageFolder(folder + "/train", transform)
for _ in range(3):
    start, images = time.perf_counter(), 0
    for x, y in DataLoader(data, 256, shuffle=True, num_workers=2):
        images += len(x)
    print(f"python   {images / (time.perf_counter() - start):.0f} images/s")
PYTHON
done
echo "one thread, to 128x128"
mkdir "$folder/some"
find "$folder/train" -name '*.jpg' | sort | head -200 | xargs -I{} cp {} "$folder/some"
run steps "$folder/some" 128
/usr/bin/python3 - "$folder/some" <<'PYTHON'
import io
import os
import sys
import time

from PIL import Image


def best(name, inputs, step):
    rounds = []
    for _ in range(3):
        start = time.perf_counter()
        for one in inputs:
            step(one)
        rounds.append((time.perf_counter() - start) / len(inputs))
    print(f"python   {min(rounds) * 1e3:.2f} ms a file: {name}")


files = [open(entry.path, "rb").read() for entry in os.scandir(sys.argv[1])]
images = [Image.open(io.BytesIO(file)).convert("RGB") for file in files]
best("decoding", files, lambda file: Image.open(io.BytesIO(file)).convert("RGB"))
best("resizing", images, lambda image: image.resize((128, 128), Image.BILINEAR))
PYTHON
echo "batches of prepared images"
run batches 32
run batches 128
