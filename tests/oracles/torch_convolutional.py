"""Writes torch_convolutional.json: what PyTorch computes for convolutional nets, as an oracle for Tombola's engine.

    python3 torch_convolutional.py            needs torch (written with 1.13) and numpy

Like torch_lenet.py: inputs come from integers alone, the float64 run is the truth, and `single_error` is the distance of
PyTorch's own float32 run from it at the worst element.
"""

import json
import pathlib

import numpy as np
import torch

from torch_lenet import IMAGE_SALT, LABEL_SALT, unit
from torch_models import MODELS, make, shape_of_input, statistics

BATCH = 6
STEPS = 5
RATE = 0.05

# Net: how far apart the elements of weight vectors are that are kept, and whether it is trained too.
NETS = {"cifar_resnet_8": (997, True),
    "cifar_resnet_8_4": (37, True), "narrow_vgg": (37, True), "mixed": (11, True), "factorised": (17, True), "cifar_vgg_11": (29989, False)}
STATE_DICTS = ["cifar_resnet_20", "cifar_vgg_16", "cifar_vgg_11", "cifar_resnet_8_4", "factorised"]


def images(name, step, dtype):
    shape = (BATCH, *shape_of_input(name))
    values = np.maximum(0, unit(int(np.prod(shape)), IMAGE_SALT + step) * 1.25 - 0.25).astype(np.float32)
    return torch.from_numpy(values.reshape(shape)).to(dtype)


def labels(step):
    return torch.from_numpy((unit(BATCH, LABEL_SALT + step) * 10).astype(np.int64))


def flat(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).double().numpy()


def running(model):
    return flat(tensor for _, tensor in statistics(model))


def backward(model, name, step, dtype):
    logits = model(images(name, step, dtype))
    loss = torch.nn.functional.cross_entropy(logits, labels(step))
    loss.backward()
    return loss.item(), logits


def evaluate(name, dtype):
    model = make(name, dtype).eval()
    return {"logits": flat([model(images(name, 0, dtype))])}


def gradient(name, dtype):
    model = make(name, dtype).train()
    _, logits = backward(model, name, 0, dtype)
    return {"logits": flat([logits]), "gradient": flat(tensor.grad for tensor in model.parameters()), "statistics": running(model)}


def train(name, dtype):
    model = make(name, dtype).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9, weight_decay=1e-4)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        losses.append(backward(model, name, step, dtype)[0])
        optimizer.step()
    logits = model.eval()(images(name, 0, dtype))
    return {"losses": np.array(losses), "weights": flat(model.parameters()), "statistics": running(model), "logits": flat([logits])}


def both(compute, name, stride):
    """Strided float64 results, and the largest distance of the float32 ones from them."""
    double, single = compute(name, torch.float64), compute(name, torch.float32)
    return {
        key: {
            "values": double[key][:: stride if key in ("gradient", "weights") else 1 if len(double[key]) < 500 else 37].tolist(),
            "single_error": float(np.abs(double[key] - single[key]).max()),
        }
        for key in double
    }


def state_dict(name):
    return [[key, list(tensor.shape)] for key, tensor in MODELS[name]().state_dict().items() if not key.endswith("num_batches_tracked")]


def main():
    torch.set_num_threads(1)
    nets = {}
    for name, (stride, trained) in NETS.items():
        nets[name] = {"stride": stride, "evaluation": both(evaluate, name, stride)}
        if trained:
            nets[name]["gradient"] = both(gradient, name, stride)
            nets[name]["training"] = both(train, name, stride)
    result = {
        "torch": torch.__version__,
        "batch": BATCH,
        "steps": STEPS,
        "rate": RATE,
        "nets": nets,
        "state_dicts": {name: state_dict(name) for name in STATE_DICTS},
    }
    text = json.dumps(result, separators=(",", ":"))
    pathlib.Path(__file__).with_suffix(".json").write_text(text.replace('],"', '],\n"').replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
