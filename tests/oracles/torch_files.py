"""Writes the files in `networks/`: networks as people keep them, by PyTorch and NumPy, and beside them the values that they hold.

    python3 torch_files.py            needs torch (written with 1.13) and numpy

Every X.pth or X.npz that can be read has its values in X.safetensors (F32, as PyTorch itself converts them), and its mask, if any,
in X.mask.safetensors (U8). Values come from integers alone (`unit`), so the files are the same whoever writes them.
"""

import collections
import pathlib

import numpy as np
import torch
from torch import nn
from torch.nn.utils import prune

import safetensors_file
from torch_lenet import unit
from torch_models import ResNet

FOLDER = pathlib.Path(__file__).parent / "networks"


class LeNet(nn.Module):
    """mnist_lenet_7_5@1x8x8:10"""

    def __init__(self):
        super().__init__()
        self.fc_layers = nn.ModuleList([nn.Linear(64, 7), nn.Linear(7, 5)])
        self.fc = nn.Linear(5, 10)

    def forward(self, x):
        for layer in self.fc_layers:
            x = torch.relu(layer(x.flatten(1)))
        return self.fc(x)


class OtherNames(nn.Module):
    """cifar_resnet_8_2 as torchvision and its imitators call its parts; `projections` are what the shortcuts have where the width changes."""

    class Block(nn.Module):
        def __init__(self, inputs, filters, stride, projections):
            super().__init__()
            self.conv1 = nn.Conv2d(inputs, filters, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(filters)
            if stride != 1 and projections:
                self.downsample = nn.Sequential(nn.Conv2d(inputs, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def __init__(self, projections):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(2)
        self.layer1 = nn.Sequential(OtherNames.Block(2, 2, 1, projections))
        self.layer2 = nn.Sequential(OtherNames.Block(2, 4, 2, projections))
        self.layer3 = nn.Sequential(OtherNames.Block(4, 8, 2, projections))
        self.linear = nn.Linear(8, 10)


def fill(model):
    """Values from 0.25 to 1.25, half of those of weights below zero; 24 bits, so that halves and brain floats have to round."""
    for salt, (name, tensor) in enumerate(model.state_dict().items(), 700):
        if tensor.dtype.is_floating_point:
            values = 0.25 + unit(tensor.numel(), salt)
            if tensor.dim() > 1:
                values *= np.where(unit(tensor.numel(), salt + 50) < 0.5, -1, 1)
            tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
        else:
            tensor.fill_(7)
    return model


def values(name, tensors, mask=None):
    arrays = {key: tensor.detach().float().contiguous().numpy() for key, tensor in tensors.items() if not key.endswith("num_batches_tracked")}
    safetensors_file.write(FOLDER / f"{name}.safetensors", arrays)
    if mask:
        safetensors_file.write(FOLDER / f"{name}.mask.safetensors", {key: tensor.numpy().astype(np.uint8) for key, tensor in mask.items()})


def save(name, what, tensors=None, mask=None, **options):
    torch.save(what, FOLDER / f"{name}.pth", **options)
    if tensors is not None:
        values(name, tensors, mask)


def trained():
    """A network and its optimizer after a step with momentum."""
    model = fill(LeNet())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model(torch.ones(2, 1, 8, 8)).sum().backward()
    optimizer.step()
    return model, optimizer


def pruned():
    model = fill(LeNet())
    for layer in [*model.fc_layers, model.fc]:
        prune.l1_unstructured(layer, "weight", amount=0.4)
    plain = {}
    for key, tensor in model.state_dict().items():
        if key.endswith("_orig"):
            plain[key[:-5]] = tensor * model.state_dict()[key[:-5] + "_mask"]
        elif not key.endswith("_mask"):
            plain[key] = tensor
    return model.state_dict(), plain, {key[:-5]: tensor for key, tensor in model.state_dict().items() if key.endswith("_mask")}


def strided(state):
    """The same tensors as views with gaps, transposed and turned."""
    views = collections.OrderedDict()
    for key, tensor in state.items():
        if tensor.dim() == 2:
            wide = torch.zeros(tensor.shape[1], 3 * tensor.shape[0] + 1)
            wide[:, 1::3] = tensor.t()
            views[key] = wide[:, 1::3].t()
        else:
            wide = torch.zeros(2 * len(tensor) + 5)
            wide[5::2] = tensor
            views[key] = wide[5::2]
        assert not views[key].is_contiguous() and torch.equal(views[key], tensor)
    return views


def shared(state):
    """The same tensors, one behind the other in one storage."""
    flat = torch.cat([tensor.flatten() for tensor in state.values()])
    views, at = {}, 0
    for key, tensor in state.items():
        views[key] = flat[at:at + tensor.numel()].view(tensor.shape)
        at += tensor.numel()
    return views


def main():
    FOLDER.mkdir(exist_ok=True)
    torch.set_grad_enabled(True)
    with torch.no_grad():
        lenet, resnet = fill(LeNet()).state_dict(), fill(ResNet(8, 2)).state_dict()
        save("lenet", lenet, lenet)
        save("resnet", resnet, resnet)
        for type in (torch.half, torch.bfloat16, torch.double):
            name = str(type).split(".")[1]
            state = collections.OrderedDict((key, tensor.to(type) / 3) for key, tensor in lenet.items())
            save(name, state, state)
        save("strided", strided(lenet), lenet)
        save("shared", shared(lenet), lenet)
        save("parameters", {key: nn.Parameter(tensor) for key, tensor in lenet.items()}, lenet)
        save("bools", {key: tensor > 0 for key, tensor in lenet.items() if tensor.dim() == 2})
        values("bools", {})
        safetensors_file.write(FOLDER / "bools.safetensors", {key: (tensor > 0).numpy().astype(np.uint8) for key, tensor in lenet.items() if tensor.dim() == 2})
        state, plain, mask = pruned()
        save("pruned", state, plain, mask)
        other = fill(OtherNames(projections=True)).state_dict()
        save("othernames", other, other)
        save("optiona", fill(OtherNames(projections=False)).state_dict())

        # What is refused.
        save("legacy", lenet, _use_new_zipfile_serialization=False)
        save("module", fill(LeNet()))
        save("protocol4", lenet, pickle_protocol=4)
        save("sparse", {"fc.weight": lenet["fc.weight"].to_sparse()})
        save("quantised", {"fc.weight": torch.quantize_per_tensor(lenet["fc.weight"], 0.1, 0, torch.qint8)})
        save("complex", {"fc.weight": torch.complex(lenet["fc.weight"], lenet["fc.weight"])})
        save("expanded", {"fc.weight": torch.ones(1).expand(10, 5)})
        torch.jit.save(torch.jit.script(nn.Linear(5, 2)), str(FOLDER / "script.pth"))

        arrays = {key: tensor.numpy() for key, tensor in lenet.items()}
        np.savez(FOLDER / "arrays.npz", **arrays)
        np.savez_compressed(FOLDER / "packed.npz", **{key: np.asfortranarray(array.astype(">f8")) for key, array in arrays.items()})
        np.savez(FOLDER / "objects.npz", **{"fc.weight": np.array([None, 1], dtype=object)})
        for name in ("arrays", "packed"):
            values(name, lenet)
    model, optimizer = trained()
    checkpoint = {
        "epoch": 3,
        "arch": "lenet",
        "best_acc1": torch.tensor(97.5),
        "state_dict": collections.OrderedDict(("module." + key, tensor) for key, tensor in model.state_dict().items()),
        "optimizer": optimizer.state_dict(),
        "history": [(0, 1.5, None), {"lr": 1e-2, 5: True}, 2**40, -(2**70), torch.float32, torch.Size([2, 3]), torch.device("cpu")],
    }
    save("checkpoint", checkpoint, model.state_dict())


if __name__ == "__main__":
    main()
