"""Carries a network from Tombola to PyTorch and back, to be tried by hand.

    python3 torch_read_state.py MODEL STATE.safetensors IMAGES.safetensors OUT.safetensors

Loads the state that Tombola wrote into PyTorch's MODEL (a name in torch_models.py), prints its logits in evaluation for the
tensor `images` [N, channels, rows, columns] of the second file, one line an image, and writes PyTorch's own state dict, counters
of batches included, to the third, which Tombola reads.
"""

import sys

import numpy as np
import torch

import safetensors_file
from torch_models import MODELS


def main(name, state_path, images_path, out_path):
    model = MODELS[name]().eval()
    state = {key: torch.from_numpy(array.copy()) for key, array in safetensors_file.read(state_path).items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    strangers = unexpected + [key for key in missing if not key.endswith("num_batches_tracked")]
    if strangers:
        sys.exit(f"{state_path} and {name} do not agree on {', '.join(strangers)}.")
    images = safetensors_file.read(images_path)["images"].astype(np.float32)
    with torch.no_grad():
        for row in model(torch.from_numpy(images)).numpy():
            print(" ".join(f"{logit:.9g}" for logit in row))
    safetensors_file.write(out_path, {key: tensor.numpy() for key, tensor in model.state_dict().items()})


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
