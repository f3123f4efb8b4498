"""Writes the files in `cifar/`: CIFAR-100's version for Python as Python 3 pickles it, with protocol 2 and keys of bytes.

    python3 cifar_pickles.py            needs numpy (written with 1.24)

Three records a file; TinyCifar.cs has the formula of labels and pixels.
"""

import pathlib
import pickle

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "cifar"
RECORDS, PIXELS = 3, 3072


def main():
    FOLDER.mkdir(exist_ok=True)
    for file, name in enumerate(["train", "test"]):
        data = (40 * file + 7 * np.arange(RECORDS)[:, None] + np.arange(PIXELS)) % 256
        batch = {
            b"filenames": [b"a.png", b"b.png", b"c.png"],
            b"batch_label": b"a batch of three",
            b"fine_labels": [9 - file - record for record in range(RECORDS)],
            b"coarse_labels": [19] * RECORDS,
            b"data": data.astype(np.uint8),
        }
        (FOLDER / name).write_bytes(pickle.dumps(batch, protocol=2))


if __name__ == "__main__":
    main()
