#!/usr/bin/env python3
"""Writes the results that the tests of framework/statistics compare with, by SciPy, NumPy and brute force.

usage: make-statistics-fixtures.py [FOLDER]    (default: framework/statistics/src/test/resources/org/reprise/statistics)

Needs Python 3 with numpy and scipy 1.11 or later. What SciPy does not have is computed straight from its definition:
all sign patterns, all shuffles, all subsets, or a long random sample.
"""
import itertools
import json
import math
import pathlib
import sys

import numpy as np
from scipy import stats

folder = pathlib.Path(
    sys.argv[1] if len(sys.argv) > 1 else "framework/statistics/src/test/resources/org/reprise/statistics")
folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(20260101)


def write(name, cases):
    text = ",\n".join(json.dumps(case) for case in cases)
    (folder / f"{name}.json").write_text(f"[\n{text}\n]\n")


def scores(n, spread=2.0, shift=0.5, decimals=2):
    """Paired accuracies in points, rounded so that some differences tie."""
    base = random.uniform(40, 95, n)
    first = np.round(base + random.normal(shift, spread, n), decimals)
    second = np.round(base, decimals)
    return first, second


def sign_patterns(n):
    return np.array(list(itertools.product((1, -1), repeat=n)))


paired = [scores(n) for n in (3, 5, 6, 7, 9, 12)]
paired += [scores(n, spread=1.0, decimals=0) for n in (6, 8, 10, 12)]  # many ties, some zeros
paired += [(np.array([0.3, 0.5, 0.9, 0.7, 0.2, 0.8]), np.array([0.2, 0.4, 1.0, 0.7, 0.1, 0.6]))]  # ties but for rounding

write("summary", [
    {"values": list(a), "mean": float(np.mean(a)), "deviation": float(np.std(a, ddof=1))} for a, _ in paired])

cases = []
for a, b in paired:
    d = np.round(a - b, 9)
    sums = np.abs(sign_patterns(len(d)) @ d)
    p = float(np.mean(sums >= abs(d.sum()) - 1e-7))
    if len(d) <= 10:
        check = stats.permutation_test(
            (d,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative="two-sided")
        assert math.isclose(check.pvalue, p), (check.pvalue, p)
    cases.append({"first": list(a), "second": list(b), "mean": float(d.mean()), "p": p})
write("sign-flip", cases)

cases = []
for a, b in paired:
    d = np.round(a - b, 9)
    ranks = stats.rankdata(np.round(np.abs(d), 9))
    above, below = ranks[d > 0].sum(), ranks[d < 0].sum()
    kept = ranks[d != 0]
    patterns = sign_patterns(len(kept))
    sums = (patterns > 0) @ kept
    distance = np.abs(sums - kept.sum() / 2)
    p = float(np.mean(distance >= abs(above - kept.sum() / 2) - 1e-9))
    cases.append({"first": list(a), "second": list(b), "above": float(above), "below": float(below), "p": p})
for n in (15, 25, 40):
    a, b = scores(n, decimals=9)
    result = stats.wilcoxon(a - b, method="exact")
    ranks = stats.rankdata(np.abs(a - b))
    cases.append({"first": list(a), "second": list(b), "above": float(ranks[a > b].sum()),
                  "below": float(ranks[a < b].sum()), "p": float(result.pvalue)})
write("wilcoxon", cases)

cases = []
for shift in (0.0, 0.1):
    ticks = np.round(random.normal(shift * 20, 20, 900)).astype(int)  # many ties, some zeros
    # SciPy takes the variance of a tie group and of the zeros out by formula, not by summing squares
    result = stats.wilcoxon(ticks, zero_method="pratt", method="asymptotic", correction=True)
    cases.append({"differences": ticks.tolist(), "p": float(result.pvalue)})
write("wilcoxon-many", cases)

cases = []
for only_first, only_second in ((0, 0), (1, 0), (5, 0), (6, 0), (3, 9), (10, 10), (120, 80), (80, 120), (700, 610)):
    n = only_first + only_second
    p = float(stats.binomtest(only_first, n, 0.5).pvalue) if n else 1.0
    cases.append({"only_first": only_first, "only_second": only_second, "p": p})
write("mcnemar", cases)

cases = []
for images, only_first, only_second, level in (
        (200, 12, 8, 0.95), (1000, 60, 20, 0.95), (1000, 60, 20, 0.9), (500, 25, 0, 0.95), (500, 0, 25, 0.95),
        (3000, 400, 390, 0.95), (30, 15, 15, 0.95)):
    step = np.array([only_second, images - only_first - only_second, only_first]) / images
    mass = np.array([1.0])
    for _ in range(images):
        mass = np.convolve(mass, step)
    below = np.cumsum(mass)
    ends = [(int(np.argmax(below >= q)) - images) / images for q in ((1 - level) / 2, (1 + level) / 2)]
    cases.append({"images": images, "only_first": only_first, "only_second": only_second, "level": level,
                  "lower": ends[0], "upper": ends[1]})
write("image-bootstrap", cases)

cases = []
for a, b in [scores(n) for n in (6, 7, 9, 12, 15)]:
    d = a - b
    n = len(d)
    drawn = random.choice(d, (400_000, n))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (drawn.mean(1) - d.mean()) / (drawn.std(1, ddof=1) / math.sqrt(n))
    low, high = np.quantile(t[~np.isnan(t)], (0.025, 0.975))
    error = d.std(ddof=1) / math.sqrt(n)
    cases.append({"first": list(a), "second": list(b), "lower": d.mean() - high * error,
                  "upper": d.mean() - low * error})
write("paired-bootstrap", cases)

cases = []
for n in (1, 2, 5, 12):
    p = np.round(random.uniform(0, 1, n) ** 3, 4)
    ordered = np.sort(p)
    corrected = [min(1.0, max((n - j) * ordered[j] for j in range(n) if ordered[j] <= value)) for value in p]
    cases.append({"p": list(p), "corrected": corrected})
write("holm", cases)

cases = []
for (a, b), rope in zip([scores(12), scores(12, 2, 2), scores(8, 0.5, 0), scores(10, 3, -2.5), scores(6, 1, 1), scores(3, 1, 3)],
                        (1.0, 1.0, 1.0, 0.5, 1.0, 1.0)):
    z = np.concatenate(([0.0], np.round(a - b, 9)))
    sums = np.round(z[:, None] + z[None, :], 9)
    regions = [sums < -2 * rope, np.abs(sums) <= 2 * rope, sums > 2 * rope]
    counts = np.zeros(3)
    for _ in range(20):
        w = random.dirichlet(np.ones(len(z)), 50_000)
        mass = np.stack([np.einsum("si,ij,sj->s", w, region.astype(float), w) for region in regions], 1)
        counts += np.bincount(mass.argmax(1), minlength=3)
    left, within, right = counts / counts.sum()
    cases.append({"first": list(a), "second": list(b), "rope": rope, "left": left, "within": within, "right": right})
write("bayesian-signed-rank", cases)

cases = []
for n, k, decimals in ((3, 3, 2), (4, 3, 2), (5, 3, 0), (3, 4, 2), (3, 4, 0), (2, 3, 2), (8, 2, 2), (12, 5, 2), (12, 5, 0), (7, 6, 1)):
    table = np.round(random.uniform(50, 60, (n, 1)) + random.normal(0, 1.5, (n, k)) + 0.7 * np.arange(k), decimals)
    ranks = np.array([stats.rankdata(-row) for row in table])
    case = {"scores": table.tolist(), "ranks": ranks.mean(0).tolist()}
    if k > 2:
        result = stats.friedmanchisquare(*table.T)
        case |= {"chi_square": float(result.statistic), "chi_square_p": float(result.pvalue)}
    if math.factorial(k) ** (n - 1) <= 20_000:  # the first row may stay as it is: only the columns' order differs
        observed = ((ranks.sum(0) - ranks.sum() / k) ** 2).sum()
        orders = list(itertools.permutations(range(k)))
        far = [((ranks[0] + sum(row[list(o)] for row, o in zip(ranks[1:], chosen)) - ranks.sum() / k) ** 2).sum()
               >= observed - 1e-9 for chosen in itertools.product(orders, repeat=n - 1)]
        case["p"] = float(np.mean(far))
    for level in (0.05, 0.1):
        q = stats.studentized_range.ppf(1 - level, k, np.inf) / math.sqrt(2)
        difference = q * math.sqrt(k * (k + 1) / (6 * n))
        mean = ranks.mean(0)
        alike = [set(s) for size in range(2, k + 1) for s in itertools.combinations(range(k), size)
                 if np.ptp(mean[list(s)]) < difference]
        largest = [s for s in alike if not any(s < other for other in alike)]
        groups = sorted((sorted(s, key=lambda i: mean[i]) for s in largest), key=lambda s: mean[s[0]])
        case[f"nemenyi_{level}"] = {"critical_difference": float(difference), "cliques": groups}
    cases.append(case)
write("friedman", cases)

write("studentized-range", [
    {"groups": k, "level": level, "quantile": float(stats.studentized_range.ppf(level, k, np.inf))}
    for k in (2, 3, 5, 10, 20, 50) for level in (0.5, 0.9, 0.95, 0.99)])

cases = []
for images, classes, used in ((1, 2, 2), (40, 3, 3), (60, 6, 4), (200, 10, 9)):
    labels = random.integers(0, used, images)
    predictions = np.where(random.uniform(size=images) < 0.6, labels, random.integers(0, classes, images))
    recalls, f1s = [], []
    for c in range(classes):
        right = np.sum((labels == c) & (predictions == c))
        if np.any(labels == c):
            recalls.append(right / np.sum(labels == c))
        if np.any(labels == c) or np.any(predictions == c):
            precision = right / max(1, np.sum(predictions == c))
            recall = right / max(1, np.sum(labels == c))
            f1s.append(2 * precision * recall / (precision + recall) if right else 0.0)
    cases.append({"classes": classes, "labels": labels.tolist(), "predictions": predictions.tolist(),
                  "accuracy": float(np.mean(labels == predictions)), "per_class_mean": float(np.mean(recalls)),
                  "macro_f1": float(np.mean(f1s))})
write("classification", cases)

cases = []
for images, bins in ((1, 15), (50, 10), (300, 15)):
    probabilities = np.round(random.uniform(0, 1, images), 3)
    probabilities[: images // 10] = np.round(random.integers(0, bins + 1, images // 10) / bins, 12)
    if bins == 15:
        probabilities[: images // 10] = 1.0  # borders that are no exact decimals would be a matter of rounding
    correct = random.uniform(size=images) < probabilities**2
    edges = np.arange(bins + 1) / bins
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (probabilities > low) & (probabilities <= high) if low > 0 else probabilities <= high
        if inside.any():
            error += inside.mean() * abs(probabilities[inside].mean() - correct[inside].mean())
    cases.append({"bins": bins, "probabilities": list(probabilities), "correct": correct.tolist(), "error": float(error)})
write("calibration", cases)
