"""Makes the small data sets that the tests of plugins/datasets-* read, by the libraries that the real ones are made with.

Usage: make-data-fixtures.py plugins
Needs numpy, scipy and lmdb (Debian: python3-scipy, python3-lmdb) and pyarrow (pip). Content is a formula, which the tests repeat:
pixel(n, channel, row, column) and file(n) below.
"""
import json
import os
import pickle
import shutil
import sys

import lmdb
import numpy
import scipy.io


def pixel(n, channel, row, column):
    return (31 * n + 67 * channel + 5 * row + 3 * column) % 256


def file(n):
    """Stands for an encoded image; short ones fit into a page of LMDB, long ones do not."""
    return bytes((13 * n + 7 * j) % 251 for j in range(10 + 397 * n % 5000))


def fresh(*parts):
    folder = os.path.join(*parts)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    return folder


class Python2Pickler(pickle._Pickler):
    """Writes bytes as the 8-bit strings of Python 2, which CIFAR's files were written by."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_string(self, value):
        data = value if isinstance(value, bytes) else value.encode()
        if len(data) < 256:
            self.write(pickle.SHORT_BINSTRING + bytes([len(data)]) + data)
        else:
            self.write(pickle.BINSTRING + len(data).to_bytes(4, "little") + data)
        self.memoize(value)

    dispatch[bytes] = save_string
    dispatch[str] = save_string


def dump2(value, path):
    with open(path, "wb") as stream:
        Python2Pickler(stream, 2).dump(value)


def planes(first, count):
    return numpy.array(
        [[pixel(n, c, r, k) for c in range(3) for r in range(32) for k in range(32)] for n in range(first, first + count)],
        dtype=numpy.uint8)


def cifar(root):
    folder = fresh(root, "cifar-10-batches-py")
    n = 0
    for name, count in [(f"data_batch_{i}", 2) for i in range(1, 6)] + [("test_batch", 3)]:
        dump2({"batch_label": name, "labels": [(n + i) % 10 for i in range(count)], "data": planes(n, count),
               "filenames": [f"{n + i}.png" for i in range(count)]}, os.path.join(folder, name))
        n += count
    names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    dump2({"num_cases_per_batch": 2, "label_names": names, "num_vis": 3072}, os.path.join(folder, "batches.meta"))
    folder = fresh(root, "cifar-100-python")
    n = 0
    for name, count in [("train", 4), ("test", 2)]:
        dump2({"fine_labels": [99 - n - i for i in range(count)], "coarse_labels": [0] * count, "data": planes(n, count),
               "filenames": [f"{n + i}.png" for i in range(count)]}, os.path.join(folder, name))
        n += count
    dump2({"fine_label_names": [f"class_number-{i}" for i in range(100)], "coarse_label_names": ["a"]},
          os.path.join(folder, "meta"))


def write_lmdb(path, first, count):
    env = lmdb.open(path, subdir=False, map_size=1 << 24, lock=False)
    with env.begin(write=True) as txn:
        for n in range(first, first + count):
            txn.put(str(n).encode(), b"to be overwritten" * 100)
    with env.begin(write=True) as txn:
        for n in range(first, first + count):
            txn.put(str(n).encode(), pickle.dumps((file(n), n % 3)))
        txn.put(b"__keys__", pickle.dumps([str(n).encode() for n in range(first, first + count)]))
        txn.put(b"__len__", pickle.dumps(count))
    env.close()


def lmdb_set(root):
    folder = fresh(root, "lmdb")
    write_lmdb(os.path.join(folder, "train.lmdb"), 0, 25)
    write_lmdb(os.path.join(folder, "test.lmdb"), 25, 4)
    env = lmdb.open(os.path.join(root, "named.lmdb"), subdir=False, map_size=1 << 20, lock=False, max_dbs=2)
    for name in (b"images", b"labels"):
        database = env.open_db(name)
        with env.begin(db=database, write=True) as txn:
            txn.put(b"0", b"x")
    env.close()
    split = [[f"{n}.jpg", n % 3, ["Grey-Cat", "dog", "hot_dog"][n % 3]] for n in range(29)]
    with open(os.path.join(folder, "split.json"), "w") as stream:
        json.dump({"train": split[:25], "val": [], "test": split[25:]}, stream)


def svhn(root):
    folder = fresh(root, "svhn")
    for name, first, count, compressed, dtype in [("train", 0, 12, True, numpy.uint8), ("test", 12, 3, False, numpy.float64)]:
        images = numpy.zeros((32, 32, 3, count), numpy.uint8)
        for n in range(count):
            images[:, :, :, n] = planes(first + n, 1).reshape(3, 32, 32).transpose(1, 2, 0)
        labels = numpy.array([[n % 10 + 1] for n in range(first, first + count)], dtype)
        scipy.io.savemat(os.path.join(folder, name + "_32x32.mat"), {
            "note": "a text", "cell": numpy.array(["x", 1], object), "complex": numpy.array([1 + 2j]),
            "struct": {"a": 1}, "X": images, "y": labels}, do_compression=compressed)


def parquet(root):
    import pyarrow
    import pyarrow.parquet
    folder = fresh(root, "parquet", "data")
    info = {"info": {"features": {"image": {"_type": "Image"}, "label": {"names": ["Grey-Cat", "dog", "hot_dog"], "_type": "ClassLabel"}}}}
    image = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    schema = pyarrow.schema([("image", image), ("label", pyarrow.int64()), ("id", pyarrow.int64())],
                            metadata={"huggingface": json.dumps(info)})

    def write(name, first, count, **how):
        rows = range(first, first + count)
        table = pyarrow.table({
            "image": [{"bytes": file(n), "path": None if n % 2 else f"{n}.png"} for n in rows],
            "label": [n % 3 for n in rows], "id": list(rows)}, schema=schema)
        pyarrow.parquet.write_table(table, os.path.join(folder, name), **how)

    write("train-00000-of-00002.parquet", 0, 12, compression="snappy", row_group_size=5, data_page_size=4096, write_batch_size=2)
    write("train-00001-of-00002.parquet", 12, 8, compression="zstd", use_dictionary=False, data_page_version="2.0",
          data_page_size=4096, write_batch_size=1, write_page_checksum=True)
    write("validation-00000-of-00001.parquet", 20, 4, compression="gzip")
    write("test-00000-of-00001.parquet", 24, 3, compression="none", data_page_version="2.0")
    folder = fresh(root, "parquet-lz4", "test")
    write("0000.parquet", 0, 3, compression="lz4")
    folder = fresh(root, "parquet-lz4", "train")
    write("0000.parquet", 3, 3, compression="brotli")
    shapes(root)


def shapes(root):
    """Columns as other writers lay them out; texts as labels, one in both forms of its accent."""
    import pyarrow
    import pyarrow.parquet
    names = ["caf\u00e9", "cafe\u0301", "b"]
    rows = range(3)
    column = {
        "nested": lambda of: {"sample": [{"picture": {"bytes": file(n), "path": None}, "kind": names[n]} for n in of]},
        "plain": lambda of: {"caption": ["a text"] * len(of), "JPG": pyarrow.array([file(n) for n in of], pyarrow.binary()),
                             "label": pyarrow.array([names[n] for n in of], pyarrow.string())},
    }
    for shape, columns in column.items():
        folder = fresh(root, "parquet-shapes", shape)
        for name, of in [("training-0.parquet", rows), ("testing.parquet", rows), ("training-1.parquet", range(0))]:
            if len(of) or shape == "plain":
                pyarrow.parquet.write_table(pyarrow.table(columns(of)), os.path.join(folder, name), compression="gzip",
                                            write_statistics=False, store_schema=False)


resources = "{}/datasets-{}/src/test/resources"
cifar(resources.format(sys.argv[1], "images"))
lmdb_set(resources.format(sys.argv[1], "lmdb"))
svhn(resources.format(sys.argv[1], "matlab"))
parquet(resources.format(sys.argv[1], "parquet"))
