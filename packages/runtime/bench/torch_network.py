"""A 4DVarNet of the starter family in PyTorch, with random weights: what the runtimes are timed against.

Says "ready", the version and the device on a line, then the seconds of one batch for every line that it reads. Arguments: threads,
prior width, solver width, steps, lat, lon, and if wanted device (cpu or cuda) and batch. The gradient of the cost comes from
torch.autograd, as in the code that people run; on a GPU convolutions may round to TF32, PyTorch's default.
"""

import sys
import time

import torch
import torch.nn.functional as F

DAYS = 15
LAMBDA = 1000.0


def layer(inputs: int, outputs: int) -> torch.nn.Conv2d:
    return torch.nn.Conv2d(inputs, outputs, 3, padding=1)


class Network(torch.nn.Module):
    def __init__(self, prior: int, solver: int, steps: int) -> None:
        super().__init__()
        self.steps = steps
        self.enter, self.middle = layer(DAYS, prior), layer(prior, prior)
        self.linear, self.left, self.right = (layer(prior, prior) for _ in range(3))
        self.leave = layer(2 * prior, DAYS)
        self.gates, self.update = layer(DAYS + solver, 4 * solver), layer(solver, DAYS)
        self.width = solver

    def phi(self, x: torch.Tensor) -> torch.Tensor:
        h = self.middle(F.relu(self.enter(F.avg_pool2d(x, 2))))
        code = torch.cat([self.linear(h), self.left(h) * self.right(h)], dim=1)
        return F.interpolate(self.leave(code), scale_factor=2, mode="bilinear", align_corners=True)

    def forward(self, y: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = y
        hidden = cell = y.new_zeros(y.shape[0], self.width, *y.shape[2:])
        size = None
        for step in range(self.steps):
            with torch.enable_grad():
                x = x.detach().requires_grad_(True)
                cost = F.mse_loss(x, self.phi(x)) + F.mse_loss(x[mask], y[mask])
                slope = torch.autograd.grad(cost, x)[0]
            if size is None:
                size = slope.square().mean().sqrt()
            parts = self.gates(torch.cat([slope / size, hidden], dim=1)).chunk(4, dim=1)
            cell = torch.sigmoid(parts[1]) * cell + torch.sigmoid(parts[0]) * torch.tanh(parts[3])
            hidden = torch.sigmoid(parts[2]) * torch.tanh(cell)
            x = x - (self.update(hidden) / (step + 1) + LAMBDA * (step + 1) / self.steps * slope)
        return self.phi(x)


def main() -> None:
    threads, prior, solver, steps, lat, lon = (int(argument) for argument in sys.argv[1:7])
    device = sys.argv[7] if len(sys.argv) > 7 else "cpu"
    batch = int(sys.argv[8]) if len(sys.argv) > 8 else 1
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    torch.backends.cudnn.benchmark = True
    network = Network(prior, solver, steps).eval().requires_grad_(False).to(device)
    mask = torch.rand(batch, DAYS, lat, lon) > 0.95
    y = (torch.randn(batch, DAYS, lat, lon) * mask).to(device)
    mask = mask.to(device)
    name = torch.cuda.get_device_name() if device == "cuda" else device
    print("ready", torch.__version__, name, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        with torch.no_grad():
            network(y, mask)
        if device == "cuda":
            torch.cuda.synchronize()
        print(time.perf_counter() - start, flush=True)


main()
