"""Runs OpenLTH itself, small, for the tests of `tombola import`: three levels of mnist_lenet_8 on a tenth of MNIST.

    HOME=/tmp/openlth python3 openlth_run.py CHECKOUT

CHECKOUT is a clone of OpenLTH; $HOME/open_lth_datasets/mnist/MNIST/raw holds the four unpacked files of MNIST. The run is written to
$HOME/open_lth_data/lottery_HASH; tests/Tombola.Tests/OpenLth/lottery_small is a copy of it without the checkpoints.
"""
import sys

import torch

# PyTorch 1.13 and later: this class and OpenLTH's own base class cannot be mixed. Nothing here is distributed.
torch.nn.parallel.DistributedDataParallel = type("DistributedDataParallel", (torch.nn.Module,), {})
torch.manual_seed(1)

sys.path.insert(0, sys.argv[1])
sys.argv = [
    "open_lth.py", "lottery", "--default_hparams=mnist_lenet_300_100", "--model_name=mnist_lenet_8", "--levels=2", "--rewinding_steps=100it",
    "--training_steps=500it", "--batch_size=60", "--subsample_fraction=0.1", "--data_order_seed=1", "--transformation_seed=0",
]
import open_lth

open_lth.main()
