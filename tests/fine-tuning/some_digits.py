"""Writes IDX files with some classes of a data set in IDX files (.gz or not), for the table of fine-tuning in docs/results.md.

    python3 some_digits.py FOLDER OUT CLASSES [COUNT SEED]

CLASSES, such as 0,1,2,3, become the labels 0, 1, 2, 3 in this order. With COUNT, as many training samples are drawn from those of the classes, by SEED.
The test split has all samples of the classes.
"""
import gzip
import os
import random
import sys


def read(folder, name):
    path = os.path.join(folder, name)
    with open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb") as file:
        data = file.read()
    sizes = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return sizes, data[4 + 4 * len(sizes):]


def write(folder, name, sizes, values):
    header = bytes([0, 0, 8, len(sizes)]) + b"".join(size.to_bytes(4, "big") for size in sizes)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(header + values)


def main(folder, out, classes, count=None, seed="0"):
    classes = [int(one) for one in classes.split(",")]
    os.makedirs(out, exist_ok=True)
    for split in ("train", "t10k"):
        (_, height, width), images = read(folder, f"{split}-images-idx3-ubyte")
        _, labels = read(folder, f"{split}-labels-idx1-ubyte")
        chosen = [i for i, label in enumerate(labels) if label in classes]
        if split == "train" and count is not None:
            chosen = random.Random(int(seed)).sample(chosen, int(count))
        size = height * width
        write(out, f"{split}-images-idx3-ubyte", [len(chosen), height, width], b"".join(images[i * size:(i + 1) * size] for i in chosen))
        write(out, f"{split}-labels-idx1-ubyte", [len(chosen)], bytes(classes.index(labels[i]) for i in chosen))


if __name__ == "__main__":
    main(*sys.argv[1:])
