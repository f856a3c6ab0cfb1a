"""A small U-Net as PyTorch exports it, with what it computes: what a participant uploads, for packages/runtime.

    /usr/bin/python3 tools/golden/onnx-export.py packages/runtime/test/golden

Written with Python 3.13, torch 2.6.0 and onnx 1.17.0 of Debian 13.
"""

import json
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

DAYS = 5


class Network(nn.Module):
    """Missing observations are NaN; lat and lon are free."""

    def __init__(self) -> None:
        super().__init__()
        self.enter, self.norm = nn.Conv2d(DAYS, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.down, self.groups = nn.Conv2d(6, 8, 3, padding=1, stride=2), nn.GroupNorm(4, 8)
        self.up, self.leave = nn.ConvTranspose2d(8, 6, 2, 2), nn.Conv2d(12, DAYS, 3, padding=1)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        x = torch.where(torch.isnan(observations), torch.zeros_like(observations), observations)
        fine = F.gelu(self.norm(self.enter(x)))
        coarse = F.silu(self.groups(self.down(fine)))
        return self.leave(torch.cat([fine, self.up(coarse)], 1)) + x


folder = pathlib.Path(sys.argv[1])
torch.manual_seed(0)
network = Network().eval()
observations = torch.randn(1, DAYS, 6, 8)
observations[observations > 1] = float("nan")
free = {0: "batch", 2: "lat", 3: "lon"}
torch.onnx.export(
    network,
    (observations,),
    str(folder / "exported_unet.onnx"),
    input_names=["observations"],
    output_names=["ssh"],
    opset_version=17,
    dynamic_axes={"observations": free, "ssh": free},
    dynamo=False,
)
flat = [None if value != value else value for value in observations.flatten().tolist()]
golden = {"observations": flat, "ssh": network(observations).detach().flatten().tolist()}
(folder / "exported_unet.json").write_text(json.dumps(golden) + "\n")
