"""Convolutional nets in PyTorch: OpenLTH's CIFAR models with its parameter names, and small nets that have a bit of everything.

`make` fills parameters and running statistics from integers alone, as FormulaState.cs does.
"""

import numpy as np
import torch
from torch import nn

from torch_lenet import PARAMETER_SALT, unit

# Salt of the formula for running statistic s, in the order of the state dict: 400 + s.
STATISTIC_SALT = 400


class ResNet(nn.Module):
    class Block(nn.Module):
        def __init__(self, inputs, filters, downsample):
            super().__init__()
            stride = 2 if downsample else 1
            self.conv1 = nn.Conv2d(inputs, filters, 3, stride=stride, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(filters)
            self.conv2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
            self.bn2 = nn.BatchNorm2d(filters)
            self.shortcut = nn.Sequential()
            if downsample or inputs != filters:
                self.shortcut = nn.Sequential(nn.Conv2d(inputs, filters, 1, stride=2, bias=False), nn.BatchNorm2d(filters))

        def forward(self, x):
            y = torch.relu(self.bn1(self.conv1(x)))
            return torch.relu(self.bn2(self.conv2(y)) + self.shortcut(x))

    def __init__(self, depth, width=16):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        blocks, inputs = [], width
        for stage in range(3):
            for block in range((depth - 2) // 6):
                filters = width << stage
                blocks.append(ResNet.Block(inputs, filters, stage > 0 and block == 0))
                inputs = filters
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(inputs, 10)

    def forward(self, x):
        y = self.blocks(torch.relu(self.bn(self.conv(x))))
        return self.fc(y.mean(dim=(2, 3)))


class ConvModule(nn.Module):
    def __init__(self, inputs, filters):
        super().__init__()
        self.conv = nn.Conv2d(inputs, filters, 3, padding=1)
        self.bn = nn.BatchNorm2d(filters)

    def forward(self, x):
        return torch.relu(self.bn(self.conv(x)))


class Vgg(nn.Module):
    def __init__(self, plan):
        """`plan`: filters of each convolution, "M" for a pooling."""
        super().__init__()
        layers, inputs = [], 3
        for filters in plan:
            layers.append(nn.MaxPool2d(2, 2) if filters == "M" else ConvModule(inputs, filters))
            inputs = inputs if filters == "M" else filters
        self.layers = nn.Sequential(*layers)
        self.fc = nn.Linear(inputs, 10)

    def forward(self, x):
        return self.fc(nn.functional.avg_pool2d(self.layers(x), 2).flatten(1))


class Mixed(nn.Module):
    """Odd maps (3x9x7), overlapping and padded poolings, a concatenation, large and small kernels; SmallNetworks.cs has it too."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 5, stride=2, padding=1, bias=True)
        self.stem_bn = nn.BatchNorm2d(6, affine=False)
        self.left = nn.Conv2d(6, 4, 1, bias=False)
        self.right = nn.Conv2d(6, 5, 3, padding=1, bias=False)
        self.right_bn = nn.BatchNorm2d(5)
        self.last = nn.Conv2d(9, 7, 2, bias=True)
        self.hidden = nn.Linear(7, 8)
        self.hidden_bn = nn.BatchNorm1d(8)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        x = torch.relu(self.stem_bn(self.stem(x)))  # 6x4x3
        left = nn.functional.max_pool2d(self.left(x), 3, 1, 1)
        right = nn.functional.avg_pool2d(self.right_bn(self.right(x)), 3, 1, 1)
        x = torch.cat([left, right], dim=1)
        x = nn.functional.max_pool2d(torch.relu(x), 2, 1)  # 9x3x2
        x = self.last(x).mean(dim=(2, 3))
        return self.fc(torch.relu(self.hidden_bn(self.hidden(x))))


class Factorised(nn.Module):
    """Filters that are not square, strides of one direction, groups and a depthwise convolution (3x9x7); SmallNetworks.cs has it too."""

    def __init__(self):
        super().__init__()
        self.row = nn.Conv2d(3, 6, (1, 7), padding=(0, 3), bias=False)
        self.row_bn = nn.BatchNorm2d(6)
        self.column = nn.Conv2d(6, 8, (7, 1), padding=(3, 0), bias=False)
        self.column_bn = nn.BatchNorm2d(8)
        self.grouped = nn.Conv2d(8, 12, (3, 3), stride=(2, 3), groups=2)
        self.widen = nn.Conv2d(12, 16, 1)
        self.wide_groups = nn.Conv2d(16, 24, (1, 3), padding=(0, 1), groups=2, bias=False)
        self.depthwise = nn.Conv2d(24, 24, 3, padding=1, groups=24, bias=False)
        self.depthwise_bn = nn.BatchNorm2d(24)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = self.column_bn(self.column(self.row_bn(self.row(x))))
        x = torch.relu(self.grouped(x))  # 12x4x2
        x = self.wide_groups(self.widen(x))
        x = torch.relu(self.depthwise_bn(self.depthwise(x)))
        return self.fc(x.mean(dim=(2, 3)))


MODELS = {
    "cifar_resnet_20": lambda: ResNet(20),
    "cifar_resnet_8": lambda: ResNet(8),
    "cifar_resnet_8_4": lambda: ResNet(8, 4),
    "cifar_vgg_11": lambda: Vgg([64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512]),
    "cifar_vgg_16": lambda: Vgg([64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512]),
    "narrow_vgg": lambda: Vgg([4, "M", 6, "M", 8, 8, "M", 12, "M", 12]),
    "mixed": lambda: Mixed(),
    "factorised": lambda: Factorised(),
}


def shape_of_input(name):
    return (3, 9, 7) if name in ("mixed", "factorised") else (3, 32, 32)


def statistics(model):
    """Names and tensors of the running statistics, in the order of the state dict."""
    return [(name, tensor) for name, tensor in model.named_buffers() if not name.endswith("num_batches_tracked")]


def fill(tensor, salt, compute):
    values = compute(unit(tensor.numel(), salt)).astype(np.float32)
    tensor.data = torch.from_numpy(values.reshape(tensor.shape)).to(tensor.dtype)


def make(name, dtype):
    model = MODELS[name]().to(dtype)
    scales = {id(m.weight) for m in model.modules() if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)) and m.affine}
    for salt, tensor in enumerate(model.parameters(), PARAMETER_SALT):
        if tensor.dim() > 1:
            bound = (6.0 / tensor[0].numel()) ** 0.5
            fill(tensor, salt, lambda u: (2 * u - 1) * bound)
        elif id(tensor) in scales:
            fill(tensor, salt, lambda u: 0.5 + u)
        else:
            fill(tensor, salt, lambda u: (2 * u - 1) * 0.1)
    for salt, (buffer, tensor) in enumerate(statistics(model), STATISTIC_SALT):
        fill(tensor, salt, (lambda u: 0.5 + u) if buffer.endswith("running_var") else (lambda u: (2 * u - 1) * 0.5))
    return model
