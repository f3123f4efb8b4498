"""Writes torch_lenet.json: what PyTorch computes for small fully connected nets, as an oracle for Tombola's engine.

    python3 torch_lenet.py            needs torch (written with 1.13) and numpy

Weights, images and labels come from integers alone (`unit`, the twin of Formula.cs), so the file holds results only.
Everything is computed twice. The float64 run is the truth; the distance of PyTorch's own float32 run from it, over all
weights, stands beside it as `single_error` and tells how far an honest float32 implementation may be off.
"""

import json
import pathlib

import numpy as np
import torch

BATCH = 12
STEPS = 10
STRIDE = 37  # every 37th element of a vector is kept
FEATURES = 784

# Salts of the formula: parameter p has 100 + p, the images of step s 200 + s, its labels 300 + s.
PARAMETER_SALT, IMAGE_SALT, LABEL_SALT = 100, 200, 300

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd with weight decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=1e-2),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=1e-4),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4),
    "adam": lambda p: torch.optim.Adam(p, lr=1.2e-3),
    "adam with weight decay": lambda p: torch.optim.Adam(p, lr=1.2e-3, weight_decay=1e-2),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=1e-3),
    "rmsprop with momentum": lambda p: torch.optim.RMSprop(p, lr=1e-4, momentum=0.9, weight_decay=1e-4),
}


def unit(count, salt):
    """`count` numbers in [0, 1): MurmurHash3's finaliser on index and salt, over 2^32."""
    h = (np.arange(count, dtype=np.uint64) * 2654435761 & 0xFFFFFFFF) ^ np.uint64(salt * 2246822519 & 0xFFFFFFFF)
    h ^= h >> np.uint64(16)
    h = h * 0x85EBCA6B & 0xFFFFFFFF
    h ^= h >> np.uint64(13)
    h = h * 0xC2B2AE35 & 0xFFFFFFFF
    h ^= h >> np.uint64(16)
    return h.astype(np.float64) / 4294967296.0


def images(step):
    return np.maximum(0, unit(BATCH * FEATURES, IMAGE_SALT + step) * 1.25 - 0.25).astype(np.float32).reshape(BATCH, FEATURES)


def labels(step):
    return torch.from_numpy((unit(BATCH, LABEL_SALT + step) * 10).astype(np.int64))


class LeNet(torch.nn.Module):
    """The layers of OpenLTH's model of the same name."""

    def __init__(self, widths, dtype):
        super().__init__()
        sizes = [FEATURES, *widths]
        self.fc_layers = torch.nn.ModuleList(torch.nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.fc = torch.nn.Linear(sizes[-1], 10)
        for salt, tensor in enumerate(self.parameters(), PARAMETER_SALT):
            scale = (6.0 / tensor.shape[1]) ** 0.5 if tensor.dim() == 2 else 0.1
            values = ((2 * unit(tensor.numel(), salt) - 1) * scale).astype(np.float32)
            tensor.data = torch.from_numpy(values.reshape(tensor.shape)).to(dtype)

    def forward(self, x):
        for layer in self.fc_layers:
            x = torch.relu(layer(x))
        return self.fc(x)


def flat(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).double().numpy()


def both(compute):
    """Strided float64 results, and the largest distance of the float32 ones from them."""
    double, single = compute(torch.float64), compute(torch.float32)
    return {
        name: {
            "values": double[name][::stride].tolist(),
            "single_error": float(np.abs(double[name] - single[name]).max()),
        }
        for name, stride in (("losses", 1), ("logits", 1), ("gradient", STRIDE), ("weights", STRIDE))
        if name in double
    }


def train(make):
    def compute(dtype):
        model = LeNet([8, 6], dtype)
        optimizer = make(model.parameters())
        losses = []
        for step in range(STEPS):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(model(torch.from_numpy(images(step)).to(dtype)), labels(step))
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return {"losses": np.array(losses), "weights": flat(model.parameters())}

    return both(compute)


def gradient(dtype):
    model = LeNet([8, 6], dtype)
    torch.nn.functional.cross_entropy(model(torch.from_numpy(images(0)).to(dtype)), labels(0)).backward()
    return {"gradient": flat(tensor.grad for tensor in model.parameters())}


def logits(dtype):
    return {"logits": flat([LeNet([300, 100], dtype)(torch.from_numpy(images(0)).to(dtype))])}


def main():
    torch.set_num_threads(1)
    result = {
        "torch": torch.__version__,
        "batch": BATCH,
        "steps": STEPS,
        "stride": STRIDE,
        "mnist_lenet_8_6": both(gradient),
        "mnist_lenet_300_100": both(logits),
        "training": {name: train(make) for name, make in OPTIMIZERS.items()},
    }
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
