#!/usr/bin/env python3
"""Joint counting by PyTorch operations, plain and through torch.compile: the kernels' peers on a GPU.

gpu-check.sh runs it after the kernels' own harness, on the same card, sizes and number types and with the same method:
CUDA events around one call from an idle device after other memory has been read through the L2 cache, medians. First
every way of counting is checked on small random batches against loops in Python. What cannot be measured says why.
torch.compile takes float32 only: it compiles for each size and type anew, which takes many times as long as measuring.

    gpu-peers.py [--device cuda|cpu] [--rounds N] [--check] [--kernels FILE]

--kernels names the times that gpu_check wrote: each line then says how many times as fast the kernel is. --check ends
after the check; --device cpu shows that the script works where there is no GPU, its times are of no use.
"""

import argparse
import math
import os
import random
import sys
import time

# N, KS, KT, k: the first of gpu_check.cu
SIZES = [(256, 1000, 10, 1), (256, 1000, 397, 59), (15880, 1000, 397, 59), (50000, 1000, 100, 15), (2000, 32157, 397, 59)]
COMPILED = "torch.compile"
WARM_UPS = 3
FLUSH_BYTES = 512 << 20


def ways(torch):
    """Functions (flat J, logits [N,KS], labels [N], KT, k) that add to J or return it as [KS,KT]; k = 0: argmax."""

    def argmax(counts, logits, labels, targets, k):
        cells = torch.argmax(logits, 1) * targets + labels
        counts.index_add_(0, cells, torch.ones_like(cells))

    def top_k(sums, logits, labels, targets, k):
        values, sources = torch.topk(torch.softmax(logits.float(), 1), k, dim=1)
        cells = sources * targets + labels.unsqueeze(1)
        sums.index_add_(0, cells.reshape(-1), values.reshape(-1))

    def published_argmax(counts, logits, labels, targets, k):
        """One-hot rows of the predictions, summed under a mask for each class, on the host."""
        host, classes = logits.cpu().float(), labels.cpu().int()
        rows = torch.nn.functional.one_hot(torch.argmax(host, 1), host.size(1))
        return torch.cat([rows[classes == t].sum(0).unsqueeze(1) for t in range(targets)], 1)

    def published_top_k(sums, logits, labels, targets, k):
        """A dense matrix of the k largest of each row, brought to the host and added row by row."""
        probabilities = torch.softmax(logits, 1)
        values, sources = torch.topk(probabilities, k, dim=1)
        host = torch.zeros_like(probabilities).scatter_(1, sources, values).cpu().float()
        rows = labels.cpu().unsqueeze(1).expand(-1, host.size(1))
        return torch.zeros(targets, host.size(1)).scatter_add_(0, rows, host).t()

    return {"operations": (argmax, top_k), "published": (published_argmax, published_top_k)}


def compiled(torch, functions):
    """The same through torch.compile, or None and the reason."""
    if not hasattr(torch, "compile"):
        return None, "torch %s has no torch.compile" % torch.__version__
    try:
        return tuple(torch.compile(f, dynamic=False) for f in functions), ""
    except Exception as e:  # what a compiler's set-up may throw is not documented
        return None, first_line(e)


def first_line(error):
    return "%s: %s" % (type(error).__name__, (str(error).splitlines() or [""])[0])


def empty_counts(torch, device, sources, targets, k):
    return torch.zeros(sources * targets, dtype=torch.float32 if k else torch.int64, device=device)


def oracle(logits, labels, targets, k):
    """J [KS][KT] by loops in double precision; rows without ties at the k-th place."""
    counts = [[0.0] * targets for _ in logits[0]]
    for row, label in zip(logits, labels):
        order = sorted(range(len(row)), key=lambda s: (-row[s], s))
        total = sum(math.exp(v - row[order[0]]) for v in row)
        for s in order[: max(k, 1)]:
            counts[s][label] += math.exp(row[s] - row[order[0]]) / total if k else 1.0
    return counts


def check(torch, device, name, functions, seed):
    """Raises AssertionError unless both functions agree with the oracle."""
    draw = random.Random(seed)
    for rows, sources, targets, k in [(1, 1, 1, 1), (40, 7, 3, 2), (60, 33, 5, 33), (30, 300, 11, 15)]:
        logits = [[draw.gauss(0, 2) for _ in range(sources)] for _ in range(rows)]
        labels = [draw.randrange(targets) for _ in range(rows)]
        x, y = torch.tensor(logits, device=device), torch.tensor(labels, device=device)
        for function, taken in zip(functions, (0, k)):
            counts = empty_counts(torch, device, sources, targets, taken)
            returned = function(counts, x, y, targets, taken)
            found = (counts.reshape(sources, targets) if returned is None else returned).tolist()
            wanted = oracle(x.tolist(), labels, targets, taken)
            for s in range(sources):
                for t in range(targets):
                    close = abs(found[s][t] - wanted[s][t]) <= 1e-5 * max(1.0, wanted[s][t])
                    assert close, "%s: seed %d, N %d KS %d KT %d k %d: J[%d,%d] is %r, not %r" % (
                        name, seed, rows, sources, targets, taken, s, t, found[s][t], wanted[s][t])


def median_us(torch, device, call, flush, rounds):
    """Median microseconds of one call from an idle device after other memory has been read through the L2 cache."""
    times = []
    for i in range(-WARM_UPS, rounds):
        if device.type == "cuda":
            flush.max()  # written instead, its lines would be written back while the call runs
            torch.cuda.synchronize()
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            begin.record()
            call()
            end.record()
            end.synchronize()
            taken = 1e3 * begin.elapsed_time(end)
        else:
            begin = time.perf_counter()
            call()
            taken = 1e6 * (time.perf_counter() - begin)
        if i >= 0:
            times.append(taken)
    return sorted(times)[len(times) // 2]


def kernel_times(path):
    """Microseconds of a call by (N, KS, KT, k, type), as gpu_check wrote them; none where there is no file."""
    times = {}
    if path and os.path.exists(path):
        with open(path) as lines:
            for line in lines:
                *size, type_name, _cold, _warm, call = line.split()
                times[tuple(map(int, size)) + (type_name,)] = float(call)
    return times


def measure(torch, device, methods, rounds, kernels):
    flush = torch.zeros(FLUSH_BYTES // 4 if device.type == "cuda" else 0, dtype=torch.int32, device=device)
    types = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
    for rows, sources, targets, largest in SIZES:
        for type_name, dtype in types.items():
            x = (2 * torch.randn(rows, sources, device=device)).to(dtype)
            y = torch.randint(targets, (rows,), device=device)
            for which, k in enumerate((0, largest)):
                for name, functions in methods.items():
                    if name == COMPILED and dtype != torch.float32:
                        continue
                    counts = empty_counts(torch, device, sources, targets, k)
                    line = "%6d x %-6d KT %-4d k %-3d %-8s " % (rows, sources, targets, k, type_name)
                    if name == COMPILED:  # or past eight shapes it would give up and run the plain operations
                        torch._dynamo.reset()
                    try:
                        us = median_us(
                            torch, device, lambda: functions[which](counts, x, y, targets, k), flush, rounds)
                        gbs = x.numel() * x.element_size() / us * 1e-3
                        line += "%9.2f us %8.0f GB/s" % (us, gbs)
                        kernel = kernels.get((rows, sources, targets, k, type_name))
                        if kernel:
                            line += ", the kernel is %.1f times as fast as" % (us / kernel)
                    except Exception as e:  # one way that a type or the compiler refuses leaves the others to measure
                        line += "not measured: " + first_line(e)
                    print(line + "  " + name, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--kernels", metavar="FILE", help="times that gpu_check wrote")
    parser.add_argument("--check", action="store_true", help="end after the check against loops")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds: must be at least 1, found %d" % options.rounds)
    try:
        import torch
    except ImportError as e:
        print("gpu-peers: skipped, no PyTorch here (%s)" % e)
        return 0
    if options.device == "cuda" and not torch.cuda.is_available():
        print("gpu-peers: skipped, this PyTorch (%s) finds no CUDA device" % torch.__version__)
        return 0
    device = torch.device(options.device)
    where = torch.cuda.get_device_name(0) if options.device == "cuda" else "CPU (no figure of use)"
    print("PyTorch %s on %s" % (torch.__version__, where))
    methods = ways(torch)
    functions, problem = compiled(torch, methods["operations"])
    if functions is not None:
        methods[COMPILED] = functions
    seed = random.SystemRandom().randrange(1 << 32)
    for name in list(methods):
        try:
            check(torch, device, name, methods[name], seed)
        except AssertionError as e:
            print("WRONG %s" % e)
            return 1
        except Exception as e:  # only a compiler may fail: without Triton, or without one for C++
            if name != COMPILED:
                raise
            del methods[name]
            problem = first_line(e)
    print("seed %d: %s agree with the loops" % (seed, ", ".join(methods)))
    if problem:
        print(COMPILED + ": not measured: " + problem)
    if not options.check:
        measure(torch, device, methods, options.rounds, kernel_times(options.kernels))
    return 0


if __name__ == "__main__":
    sys.exit(main())
