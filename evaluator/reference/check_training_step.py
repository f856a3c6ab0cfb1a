#!/usr/bin/env python3
"""Compares the network, the loss and one optimiser step of train.py with stored cases of the published computation.

    python3 evaluator/reference/check_training_step.py [FOLDER]

FOLDER holds the cases (default: ../shared/golden/fourdvarnet beside the repository). One JSON line a check; status 1 if one fails.
"""

import json
import pathlib
import sys
from types import SimpleNamespace

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import map_with_torch  # noqa: E402
import train  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
NETWORK_CASES = {
    "tiny_b2_15x24x24_h8_6_s3_lr1e3_noquad_down2": 1e-6,
    "tiny_b2_15x24x24_h8_6_s4_lr02_quad_down2": 1e-6,
    "tiny_b2_15x24x24_nodown": 1e-6,
    "base_b1_15x240x240": 1e-5,
}


def read(case, name):
    return torch.from_numpy(np.load(case / f"{name}.npy"))


def read_solver(weights, info):
    """Widths come from the weights, the rest from the case's settings."""
    settings = {
        "days": weights["prior_cost.conv_in.weight"].shape[1],
        "dh_p": weights["prior_cost.conv_in.weight"].shape[0],
        "dh_g": weights["grad_mod.conv_out.weight"].shape[1],
        "dropout": 0.0,
        **{name: info[name] for name in ("n_step", "lr_grad", "bilin_quad", "prior_downsamp", "grad_downsamp")},
    }
    solver = train.build_solver(settings)
    solver.load_state_dict(weights)
    return solver


def greatest(values, expected):
    return float((values - expected).abs().max())


def check_network(case, tolerance):
    info = json.loads((case / "info.json").read_text())
    weights = torch.load(case / "solver_state_dict.pt", weights_only=True)
    solver = read_solver(weights, info).eval()
    with torch.no_grad():
        yield f"{case.name}: output", greatest(solver(read(case, "input")), read(case, "output")), tolerance
        if (case / "output_f64.npy").exists():
            output = solver.double()(read(case, "input").double())
            yield f"{case.name}: output in float64", greatest(output, read(case, "output_f64")), 5e-9


def check_second_cost():
    """The gradient of the cost of a second field (OI), written out, against automatic differentiation."""
    random = torch.Generator().manual_seed(1)
    cost = train.SecondObservationCost(days=5, width=4).double()
    x, second = (torch.randn(2, 5, 12, 14, generator=random, dtype=torch.float64) for _ in range(2))
    x.requires_grad_()
    value = (train.convolve(x, cost.conv_ssh) - train.convolve(second, cost.conv_sst)).square().mean()
    (expected,) = torch.autograd.grad(value, x)
    yield "second observation cost: gradient", greatest(cost.cost_gradient(x, cost.features(second)), expected), 1e-15


def check_innovations():
    """Linear maps are taken off exactly, between nodes and beyond the last ones, whenever a height was measured."""
    lat, lon, days = np.arange(40, 41, 0.2), np.arange(-60, -59, 0.2), np.arange(4.0)
    height = lambda t, y, x: 0.1 * t + 0.3 * (y - 40) * (1 + t) - 0.2 * (x + 60)
    maps = height(days[:, None, None], lat[:, None], lon).astype(np.float32)
    places = SimpleNamespace(lat=np.arange(39.95, 40.9, 0.1), lon=np.arange(-60.05, -59.1, 0.1))
    lag = np.full((3, len(places.lat), len(places.lon)), 0.3, np.float32)
    found = train.at_places(maps, SimpleNamespace(lat=lat, lon=lon), lag, places)
    expected = height(days[:3, None, None] + 0.3, places.lat[:, None], places.lon)
    yield "OI at the place and time of a height", float(np.abs(found - expected).max()), 1e-6


def check_training(case):
    info = json.loads((case / "info.json").read_text())
    before = torch.load(case / "params_before.pt", weights_only=True)
    settings = {"n_step": 3, "lr_grad": 1e3, "bilin_quad": False, "prior_downsamp": 2, "grad_downsamp": None}
    solver = read_solver(before, settings).train()
    weight = train.reconstruction_weight(*read(case, "rec_weight").shape, crop=4)
    yield f"{case.name}: weight", greatest(weight, read(case, "rec_weight")), 1e-15
    state = solver(read(case, "input"))
    yield f"{case.name}: state", greatest(state, read(case, "out_train_mode")), 1e-6
    yield f"{case.name}: Sobel", greatest(train.sobel(state), read(case, "sobel_out")), 1e-6
    loss, parts = train.supervised_loss(solver, state, read(case, "tgt"), weight)
    for name, golden in (("mse", "mse"), ("gradient", "gloss"), ("prior", "prior")):
        yield f"{case.name}: {name}, relative", abs(parts[name].item() / info[golden] - 1), 1e-5
    yield f"{case.name}: loss, relative", abs(loss.item() / info["loss"] - 1), 1e-5
    optimiser = train.build_optimiser(solver, 1e-3)
    loss.backward()
    golden = torch.load(case / "grads.pt", weights_only=True)
    for name, parameter in solver.named_parameters():
        error = (parameter.grad - golden[name]).norm() / golden[name].norm()
        yield f"{case.name}: gradient of {name}, relative", float(error), 2e-4
    norm = torch.nn.utils.clip_grad_norm_(solver.parameters(), 0.5)
    yield f"{case.name}: gradient norm, relative", abs(norm.item() / info["total_grad_norm"] - 1), 1e-5
    optimiser.step()
    after = torch.load(case / "params_after_one_adam_step.pt", weights_only=True)
    for name, parameter in solver.named_parameters():
        moved = (after[name] - before[name]).norm()
        error = (parameter.detach() - after[name]).norm() / moved
        yield f"{case.name}: step of {name}, relative", float(error), 2e-2


def check_map(case):
    """Patches, normalisation, batches and stitching."""
    info = json.loads((case / "info.json").read_text())
    settings = {**info, "prior_downsamp": info["downsamp"], "grad_downsamp": None}
    solver = read_solver(torch.load(case / "solver_state_dict.pt", weights_only=True), settings).eval()
    axes = ("time", "lat", "lon")
    manifest = {
        "patch": dict(zip(axes, info["patch"])),
        "strides": dict(zip(axes, info["stride"])),
        "reconstruction_weight": {"offset": info["offset"], "crop": {"lat": info["crop"], "lon": info["crop"]}},
        "normalisation": {"mean": info["mean"], "std": info["std"]},
        "batch_size": info["batch"],
        "final_projection": True,
    }
    observations = np.load(case / "obs.npy")
    heights = map_with_torch.stitch(solver, observations, np.zeros_like(observations), manifest)
    expected = np.load(case / "rec_inp_tgt_out.npy")[-1]
    yield f"{case.name}: where maps are missing", float((np.isnan(heights) != np.isnan(expected)).sum()), 0
    yield f"{case.name}: map", float(np.nanmax(np.abs(heights - expected))), 1e-6


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared/golden/fourdvarnet"
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: pass the folder of the stored 4DVarNet cases")
    torch.manual_seed(0)
    failed = 0
    for name, tolerance in NETWORK_CASES.items():
        for check in check_network(folder / name, tolerance):
            failed += report(*check)
    for check in check_map(folder / "pipeline_20x40x56"):
        failed += report(*check)
    for check in [*check_second_cost(), *check_innovations()]:
        failed += report(*check)
    for check in check_training(folder / "train_tiny_dropout0"):
        failed += report(*check)
    sys.exit(1 if failed else 0)


def report(name, error, tolerance):
    is_good = error <= tolerance
    failure = None if is_good else f"differs by {error:.3g}, allowed {tolerance:.3g}"
    print(json.dumps({"name": name, "error": error, "failure": failure}, ensure_ascii=False))
    return not is_good


if __name__ == "__main__":
    main()
