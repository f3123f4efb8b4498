"""Writes torch_curvature.json: products with the Hessian of the summed loss, by PyTorch's double backward, as an oracle for Tombola's engine.

    python3 torch_curvature.py            needs torch (written with 1.13) and numpy

Weights, images and labels as in torch_convolutional.py; the direction comes from integers, too. In float64, once with batch norm in evaluation mode and once in
training mode. Every so many elements of the product are kept.
"""

import json
import pathlib

import torch

from torch_convolutional import images, labels
from torch_lenet import unit
from torch_models import make

DIRECTION_SALT = 900
NETS = {"cifar_resnet_8_4": 37, "cifar_resnet_8": 997, "mixed": 11}


def product(name, training):
    model = make(name, torch.float64).train(training)
    weights = list(model.parameters())
    count = sum(weight.numel() for weight in weights)
    direction = torch.from_numpy((2 * unit(count, DIRECTION_SALT) - 1).astype("float32")).double().split([weight.numel() for weight in weights])
    loss = torch.nn.functional.cross_entropy(model(images(name, 0, torch.float64)), labels(0), reduction="sum")
    gradient = torch.autograd.grad(loss, weights, create_graph=True)
    along = sum((g.reshape(-1) * d).sum() for g, d in zip(gradient, direction))
    return torch.cat([part.reshape(-1) for part in torch.autograd.grad(along, weights)])


def kept(values, stride):
    return {"largest": values.abs().max().item(), "values": values[::stride].tolist()}


if __name__ == "__main__":
    found = {
        name: {"stride": stride, "evaluation": kept(product(name, False), stride), "training": kept(product(name, True), stride)}
        for name, stride in NETS.items()
    }
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps({"direction_salt": DIRECTION_SALT, "nets": found}, indent=1) + "\n")
