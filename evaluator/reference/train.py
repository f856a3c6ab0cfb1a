#!/usr/bin/env python3
"""Trains the starter 4DVarNet (Fablet et al. 2021, Beauchamp et al. 2023) on gridded maps and pseudo-observations.

One file, top to bottom: the network, the loss, the data, the training loop. A re-implementation from the published
description; no weights and no code of the authors. README.md beside this file says how to call it.

Axes are [batch, day, latitude, longitude], float32, in network units: (height in m - mean) / std. NaN = not observed.
With --anomaly the heights are those above a map by OI: observations are innovations (each height minus OI at its
place and time), the state is an anomaly from OI, and a map is OI + state.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import signal
import sys
import time

import numpy as np
import torch
import torch.nn.functional as functional
from torch import nn

EVALUATION_DAYS = (np.datetime64("2012-10-22"), np.datetime64("2012-12-02"))


# ---------------------------------------------------------------------------------------------------- the network


def convolve(x, layer):
    return functional.conv2d(x, layer.weight, layer.bias, padding=layer.padding)


def convolve_adjoint(t, layer):
    """The adjoint of a stride-1 convolution: the same kernel, mirrored, from outputs to inputs, without bias."""
    return functional.conv2d(t, layer.weight.transpose(0, 1).flip(2, 3), padding=layer.padding)


def average(x, factor):
    return x if factor is None else functional.avg_pool2d(x, factor)


def average_adjoint(t, factor):
    if factor is None:
        return t
    return functional.interpolate(t, scale_factor=factor, mode="nearest") / factor**2


def enlarge(x, factor):
    if factor is None:
        return x
    return functional.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=True)


def enlarge_adjoint(t, factor):
    if factor is None:
        return t
    small = [*t.shape[:2], t.shape[2] // factor, t.shape[3] // factor]
    return torch.ops.aten.upsample_bilinear2d_backward(t, list(t.shape[2:]), small, True)


class BilinearPrior(nn.Module):
    """The auto-encoder φ of the prior, and the gradient of its cost P(x) = mean (x - φ(x))²."""

    def __init__(self, days, width, downsamp=2, quadratic=False, kernel=3):
        super().__init__()
        self.downsamp, self.quadratic = downsamp, quadratic
        padding = kernel // 2
        self.conv_in = nn.Conv2d(days, width, kernel, padding=padding)
        self.conv_hidden = nn.Conv2d(width, width, kernel, padding=padding)
        self.bilin_1 = nn.Conv2d(width, width, kernel, padding=padding)
        self.bilin_21 = nn.Conv2d(width, width, kernel, padding=padding)
        self.bilin_22 = nn.Conv2d(width, width, kernel, padding=padding)
        self.conv_out = nn.Conv2d(2 * width, days, kernel, padding=padding)

    def encode(self, x):
        a = convolve(average(x, self.downsamp), self.conv_in)
        h = convolve(functional.relu(a), self.conv_hidden)
        p = convolve(h, self.bilin_21)
        q = p if self.quadratic else convolve(h, self.bilin_22)
        small = convolve(torch.cat([convolve(h, self.bilin_1), p * q], 1), self.conv_out)
        return enlarge(small.float() if x.dtype == torch.float32 else small, self.downsamp), a, p, q

    def forward(self, x):
        return self.encode(x)[0]

    def cost(self, x):
        return functional.mse_loss(x, self(x))

    def cost_gradient(self, x):
        """∇P, written out, so that training differentiates it only once."""
        reconstruction, a, p, q = self.encode(x)
        residual = x - reconstruction
        linear, product = convolve_adjoint(
            enlarge_adjoint(residual, self.downsamp), self.conv_out
        ).chunk(2, 1)
        h = convolve_adjoint(linear, self.bilin_1)
        if self.quadratic:
            h = h + convolve_adjoint(2 * product * p, self.bilin_21)
        else:
            h = h + convolve_adjoint(product * q, self.bilin_21) + convolve_adjoint(product * p, self.bilin_22)
        inner = convolve_adjoint(h, self.conv_hidden) * (a > 0)
        adjoint = average_adjoint(convolve_adjoint(inner, self.conv_in), self.downsamp)
        return (2 / x.numel()) * (residual - adjoint)


class ConvLstm(nn.Module):
    """Turns normalised gradients into updates of the state, with a memory over the steps."""

    def __init__(self, days, width, downsamp=None, kernel=3, dropout=0.1):
        super().__init__()
        self.width, self.downsamp = width, downsamp
        self.dropout = nn.Dropout(dropout)
        self.gates = nn.Conv2d(days + width, 4 * width, kernel, padding=kernel // 2)
        self.conv_out = nn.Conv2d(width, days, kernel, padding=kernel // 2)

    def forward(self, gradient, memory):
        x = average(self.dropout(gradient), self.downsamp)
        if memory is None:
            zero = x.new_zeros(x.shape[0], self.width, *x.shape[2:])
            memory = (zero, zero)
        hidden, cell = memory
        into, remember, out, candidate = convolve(torch.cat([x, hidden.to(x.dtype)], 1), self.gates).chunk(4, 1)
        cell = remember.sigmoid() * cell + into.sigmoid() * candidate.tanh()
        hidden = out.sigmoid() * cell.tanh()
        return enlarge(convolve(hidden, self.conv_out).to(x.dtype), self.downsamp), (hidden, cell)


class SecondObservationCost(nn.Module):
    """mean (A·x - S·z)²: features of the state against those of a second field z (the authors' multimodal cost; here z is OI)."""

    def __init__(self, days, width, kernel=3):
        super().__init__()
        self.conv_ssh = nn.Conv2d(days, width, kernel, padding=kernel // 2, bias=False)
        self.conv_sst = nn.Conv2d(days, width, kernel, padding=kernel // 2, bias=False)

    def features(self, second):
        return convolve(second, self.conv_sst)

    def cost_gradient(self, x, features):
        difference = convolve(x, self.conv_ssh) - features
        return (2 / difference.numel()) * convolve_adjoint(difference, self.conv_ssh)


class Solver(nn.Module):
    """K steps down the variational cost J(x) = P(x) + w · mean over observed points (x - y)² (+ that of a second field)."""

    def __init__(self, prior_cost, grad_mod, n_step, lr_grad, obs_weight=1.0, obs_cost=None):
        super().__init__()
        self.prior_cost, self.grad_mod, self.obs_cost = prior_cost, grad_mod, obs_cost
        self.n_step, self.lr_grad, self.obs_weight = n_step, lr_grad, obs_weight

    def forward(self, observations, second=None):
        """The state after the last step; in eval mode its projection φ(x), as the authors' solver does."""
        state = self.last_state(observations, second)
        return state if self.training else self.prior_cost(state)

    def last_state(self, observations, second=None):
        features = None if self.obs_cost is None else self.obs_cost.features(second)
        observed = observations.isfinite()
        y = observations.nan_to_num(0.0)
        pull = observed.to(y.dtype) * (2 * self.obs_weight / observed.sum().clamp(min=1))
        x, memory, norm = y, None, None
        for k in range(self.n_step):
            gradient = self.prior_cost.cost_gradient(x) + pull * (x - y)
            if features is not None:
                gradient = gradient + self.obs_cost.cost_gradient(x, features)
            if norm is None:
                norm = gradient.square().mean().sqrt()
            update, memory = self.grad_mod(gradient / norm, memory)
            x = x - (update / (k + 1) + self.lr_grad * (k + 1) / self.n_step * gradient)
        return x

    def last_state_at_noon(self, observations, lag, passes, second=None):
        """Solves; moves the observations to noon by the solution's own tendency and solves again, `passes` times."""
        state = self.last_state(observations, second)
        for _ in range(passes):
            state = self.last_state(at_noon(observations, lag, state), second)
        return state

    def variational_cost(self, x, observations):
        observed = observations.isfinite()
        misfit = ((x - observations)[observed] ** 2).mean() if observed.any() else x.new_zeros(())
        return self.prior_cost.cost(x) + self.obs_weight * misfit


def at_noon(observations, lag, state):
    """Heights as they would have been at noon of their UTC day, by the tendency of a first guess (FGAT, turned round).

    `lag`: days from the day's 00:00 to the overpass, 0 … 1; heights between two maps are linear in time. At both ends of
    a window the tendency of the day beside counts. Noon is the mean time of a day's overpasses: a network reads what it
    always reads, without the scatter.
    """
    tendency = state.diff(dim=1)
    after = torch.cat([tendency, tendency[:, -1:]], 1)
    before = torch.cat([tendency[:, :1], tendency], 1)
    late = lag.nan_to_num(0.5) - 0.5
    return observations - late * torch.where(late > 0, after, before)


def build_solver(settings):
    """A solver from the settings that a checkpoint carries (and its manifest repeats)."""
    return Solver(
        BilinearPrior(settings["days"], settings["dh_p"], settings["prior_downsamp"], settings["bilin_quad"]),
        ConvLstm(settings["days"], settings["dh_g"], settings["grad_downsamp"], dropout=settings["dropout"]),
        settings["n_step"],
        settings["lr_grad"],
        obs_cost=SecondObservationCost(settings["days"], settings["dh_o"]) if settings.get("dh_o") else None,
    )


# -------------------------------------------------------------------------------------------------------- the loss


def reconstruction_weight(days, lat, lon, crop=0, offset=1, dtype=torch.float64):
    """Triangular in time with its peak on the central day, 0 within `crop` nodes of the horizontal edges."""
    weight = 1 - (offset + 2 * torch.arange(days, dtype=dtype) - days).abs() / days
    box = torch.zeros(lat, lon, dtype=dtype)
    box[crop : lat - crop, crop : lon - crop] = 1
    return weight[:, None, None] * box


def weighted_mse(error, weight):
    """Mean of (error · weight)² over the points with a weight and a finite error; 1000 where there are none."""
    error = error * weight
    counts = error.isfinite() & (weight != 0)
    if not counts.any():
        return error.new_tensor(1000.0)
    return torch.where(counts, error, 0.0).square().sum() / counts.sum()


def sobel(x):
    """Magnitude of the horizontal gradient, per node, each day on its own."""
    kernel = x.new_tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
    days = functional.pad(x.flatten(0, 1)[:, None], (1, 1, 1, 1), mode="replicate")
    dx = functional.conv2d(days, kernel[None, None])
    dy = functional.conv2d(days, kernel.t()[None, None])
    return (dx**2 + dy**2 + 1e-6).sqrt().reshape(x.shape)


def supervised_loss(solver, state, target, weight):
    """50 · height + 1000 · Sobel gradient + 1 · prior, with the three parts."""
    parts = {
        "mse": weighted_mse(state - target, weight),
        "gradient": weighted_mse(sobel(state) - sobel(target), weight),
        "prior": solver.prior_cost.cost(state),
    }
    return 50 * parts["mse"] + 1000 * parts["gradient"] + parts["prior"], parts


def unsupervised_loss(solver, state, observations):
    """The variational cost itself: nothing but observations is needed to train."""
    cost = solver.variational_cost(state, observations)
    return cost, {"mse": cost, "gradient": cost, "prior": solver.prior_cost.cost(state)}


def build_optimiser(solver, lr):
    """Adam; the prior learns at half the rate."""
    return torch.optim.Adam(
        [
            {"params": solver.grad_mod.parameters(), "lr": lr, "share": 1.0},
            {"params": solver.prior_cost.parameters(), "lr": lr / 2, "share": 0.5},
            *([] if solver.obs_cost is None else [{"params": solver.obs_cost.parameters(), "lr": lr, "share": 1.0}]),
        ]
    )


# -------------------------------------------------------------------------------------------------------- the data


class DailyFile:
    """Days and nodes of a NetCDF file, and its variables as [day, lat, lon] float32."""

    def __init__(self, path, names):
        import xarray

        with xarray.open_dataset(path) as file:
            self.days = file["time"].values.astype("datetime64[D]")
            self.lat, self.lon = file["lat"].values.astype(np.float64), file["lon"].values.astype(np.float64)
            self.fields = {
                name: file[name].transpose("time", "lat", "lon").values.astype(np.float32) for name in names if name in file
            }
        if names[0] not in self.fields:
            sys.exit(f"{path} has no variable {names[0]}")
        if (np.diff(self.days) != np.timedelta64(1, "D")).any():
            sys.exit(f"{path}: its days are not consecutive; training windows need every day")


def read_truth(path, variable, coarsen):
    """(days, [day, lat, lon] in m): daily maps, averaged over coarsen × coarsen nodes."""
    file = DailyFile(path, [variable])
    return file.days, block_mean(file.fields[variable], coarsen)


def read_observations(path, variable, coarsen, oi_path=None, is_innovation=False):
    """(days, values in m, lag in days, OI in m or None), on coarsened nodes; the layout of `sillage simulate --gridded-out`.

    OI: maps of these observations by `sillage oi`, on the coarsened nodes; with `is_innovation` it is taken off the values.
    """
    file = DailyFile(path, [variable, "lag"])
    values = file.fields[variable]
    lag = file.fields.get("lag", values * 0)
    if oi_path is None:
        return file.days, block_mean(values, coarsen), block_mean(lag, coarsen), None
    oi = DailyFile(oi_path, ["gssh"])
    first = np.searchsorted(oi.days, file.days[0])
    guess = oi.fields["gssh"][first : first + len(file.days) + 1]
    if first + len(file.days) > len(oi.days) or oi.days[first] != file.days[0]:
        sys.exit(f"{oi_path} does not have the days of {path}")
    if is_innovation:
        values = values - at_places(guess, oi, lag, file)
    return file.days, block_mean(values, coarsen), block_mean(lag, coarsen), guess[: len(file.days)]


def at_places(maps, nodes, lag, places):
    """Maps on `nodes`, at the places of another grid and `lag` days after each day: linear, and continued beyond the last node."""
    (south, north), (west, east) = linear_weights(nodes.lat, places.lat), linear_weights(nodes.lon, places.lon)
    rows = maps[:, south[0]] * south[1][:, None] + maps[:, north[0]] * north[1][:, None]
    there = (rows[..., west[0]] * west[1] + rows[..., east[0]] * east[1]).astype(np.float32)
    tendency = np.diff(there, axis=0)
    tendency = np.concatenate([tendency, tendency[-1:]])[: len(lag)]
    return there[: len(lag)] + lag * tendency


def linear_weights(axis, places):
    """((index, weight) of the node before, of the node after) for each place on an even axis."""
    position = (places - axis[0]) / (axis[1] - axis[0])
    before = np.clip(np.floor(position).astype(int), 0, len(axis) - 2)
    return (before, before + 1 - position), (before + 1, position - before)


def block_mean(field, factor):
    """Mean over factor × factor nodes, missing ones left out; the last rows and columns that fill no block are dropped."""
    if factor == 1:
        return field
    days, lat, lon = field.shape
    lat, lon = lat // factor, lon // factor
    blocks = field[:, : lat * factor, : lon * factor].reshape(days, lat, factor, lon, factor)
    valid = np.isfinite(blocks)
    count = valid.sum((2, 4))
    total = np.where(valid, blocks, 0).sum((2, 4))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(field.dtype)


class Windows:
    """Windows of `length` days of one period, with real pseudo-observations or with the masks of other windows."""

    def __init__(self, truth, observations, first, last, settings):
        days, heights = truth
        if first <= EVALUATION_DAYS[1] and last >= EVALUATION_DAYS[0]:
            sys.exit(f"{first} … {last} holds days of the evaluation period; training must not see them")
        chosen = (days >= first) & (days <= last)
        if chosen.sum() < settings["days"] + 2:
            sys.exit(f"{first} … {last}: the truth has {chosen.sum()} of these days, a window needs {settings['days'] + 2}")
        self.length = settings["days"]
        scaled = lambda values, scale: (values - settings[scale]["mean"]) / settings[scale]["std"]
        self.truth = heights[chosen]
        self.scenarios = {}
        for name, (obs_days, values, lag, oi) in observations.items():
            start = np.searchsorted(obs_days, days[chosen][0])
            part = slice(start, start + chosen.sum())
            if len(obs_days[part]) != chosen.sum() or obs_days[part][0] != days[chosen][0]:
                sys.exit(f"observations of {name} do not cover {first} … {last}")
            if values.shape[1:] != heights.shape[1:]:
                sys.exit(f"observations of {name} lie on {values.shape[1:]} nodes, the truth on {heights.shape[1:]}")
            above = oi[part] if settings["background"] == "oi" else 0
            self.scenarios[name] = {
                "observations": scaled(values[part], "normalisation"),
                "lag": lag[part],
                "target": scaled(self.truth - above, "normalisation"),
                # land counts as in a file of OI with a mask: missing, which is 0 in network units
                **({} if oi is None else {"oi": np.where(np.isfinite(self.truth), scaled(oi[part], "heights"), np.float32(0))}),
            }

    def __len__(self):
        return len(self.truth) - self.length + 1

    def item(self, scenario, start, box):
        days, (lat, lon, height, width) = slice(start, start + self.length), box
        place = (days, slice(lat, lat + height), slice(lon, lon + width))
        return {name: field[place] for name, field in self.scenarios[scenario].items()}

    def augmented_item(self, scenario, start, box, other_start, other_box):
        """The points that `scenario` sees in another window, in this one: heights at the time of the overpass."""
        target = self.item(scenario, start, box)["target"]
        lag = self.item(scenario, other_start, other_box)["lag"]
        lat, lon, height, width = box
        around = self.scenarios[scenario]["target"][:, lat : lat + height, lon : lon + width]
        before = around[np.arange(start - 1, start + self.length - 1).clip(0)]
        after = around[np.arange(start + 1, start + self.length + 1).clip(max=len(around) - 1)]
        observed = target + np.where(lag > 0, lag * (after - target), -lag * (before - target))
        return {"observations": observed.astype(np.float32), "lag": lag, "target": target}

    def random_batch(self, random, scenario, batch, patch, real_share, mirrored_share):
        def place():
            lat = random.integers(self.truth.shape[1] - patch[0] + 1)
            lon = random.integers(self.truth.shape[2] - patch[1] + 1)
            return random.integers(len(self)), (lat, lon, *patch)

        items = []
        while len(items) < batch:
            start, box = place()
            if random.random() < real_share:
                item = self.item(scenario, start, box)
            else:
                item = self.augmented_item(scenario, start, box, *place())
            if np.isfinite(item["target"]).mean() > 0.5:
                items.append(mirrored(item) if random.random() < mirrored_share else item)
        return to_tensors(items)


def mirrored(item):
    """North and south exchanged, heights negated: quasi-geostrophic flow on a β-plane, an eastward jet, OI do not notice."""
    return {name: (field if name == "lag" else -field)[:, ::-1] for name, field in item.items()}


def to_tensors(items):
    return {name: to_tensor([item[name] for item in items]) for name in items[0]}


def to_tensor(fields):
    """Channels last in memory: convolutions on a CPU are a third faster."""
    return torch.from_numpy(np.stack(fields)).contiguous(memory_format=torch.channels_last)


def lr_grad_for(settings, batch, lat, lon):
    """λ multiplies a gradient of means over the batch: smaller batches need a smaller one for the same step."""
    patch = settings["map_patch"]
    return settings["lr_grad"] * (batch * lat * lon) / (settings["map_batch"] * patch[0] * patch[1])


def validate(solver, windows, scenarios, settings, stride, crop):
    """Per scenario µ = 1 - RMSE / RMS on the central day of every `stride`-th window, without and with the projection."""
    solver.eval()
    scores = {}
    batch, lr_grad = settings["map_batch"], solver.lr_grad
    _, lat, lon = windows.truth.shape
    box = (0, 0, lat - lat % 2, lon - lon % 2)
    offset = settings["heights"]["mean"] / settings["normalisation"]["std"]
    solver.lr_grad = lr_grad_for(settings, batch, *box[2:])
    with torch.no_grad():
        for scenario in scenarios:
            sums = np.zeros(3)
            starts = list(range(0, len(windows), stride))
            for first in range(0, len(starts), batch):
                batched = to_tensors([windows.item(scenario, start, box) for start in starts[first : first + batch]])
                state = solver.last_state_at_noon(
                    batched["observations"], batched["lag"], settings["fgat_passes"], batched.get("oi")
                )
                target = batched["target"]
                middle = (slice(None), windows.length // 2, slice(crop, box[2] - crop), slice(crop, box[3] - crop))
                for row, field in enumerate((state, solver.prior_cost(state))):
                    sums[row] += (field - target)[middle].double().square().nansum().item()
                heights = np.stack([windows.truth[start + windows.length // 2] for start in starts[first : first + batch]])
                heights = heights[:, middle[2], middle[3]].astype(np.float64) / settings["normalisation"]["std"]
                sums[2] += np.nansum((heights - offset) ** 2)
            scores[scenario] = tuple(1 - np.sqrt(sums[:2] / sums[2]))
    solver.lr_grad = lr_grad
    solver.train()
    return scores


# ------------------------------------------------------------------------------------------------------- the loop


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    data = parser.add_argument_group("data")
    data.add_argument("--truth", required=True, help="NetCDF file, daily maps (time, lat, lon)")
    data.add_argument("--truth-variable", default="sossheig")
    data.add_argument("--observations", required=True, nargs="+", metavar="SCENARIO=FILE")
    data.add_argument("--observation-variable", default="ssh_mod")
    data.add_argument("--oi", nargs="+", metavar="SCENARIO=FILE", help="maps of the observations by `sillage oi`")
    data.add_argument("--anomaly", action="store_true", help="observations and state are anomalies from OI")
    data.add_argument("--coarsen", type=int, default=1, help="average this many nodes in both directions")
    data.add_argument("--train", nargs=2, default=["2013-01-02", "2013-08-12"], metavar="DAY")
    data.add_argument("--validation", nargs=2, default=["2013-08-20", "2013-09-29"], metavar="DAY")
    network = parser.add_argument_group("network")
    network.add_argument("--days", type=int, default=15)
    network.add_argument("--dh-p", type=int, default=24)
    network.add_argument("--dh-g", type=int, default=32)
    network.add_argument("--dh-o", type=int, default=0, help="features of OI in a second observation cost; 0: none")
    network.add_argument("--n-step", type=int, default=6)
    network.add_argument("--lr-grad", type=float, default=1e3, help="λ for batches of --map-batch patches of --map-patch")
    network.add_argument("--prior-downsamp", type=int, default=2)
    network.add_argument("--grad-downsamp", type=int, default=1)
    network.add_argument("--bilin-quad", action="store_true")
    network.add_argument("--dropout", type=float, default=0.1)
    network.add_argument("--fgat-passes", type=int, default=0, help="times that observations are moved to noon, and solved again")
    network.add_argument("--init-from", help="checkpoint whose weights to start from")
    recipe = parser.add_argument_group("recipe")
    recipe.add_argument("--loss", choices=["supervised", "unsupervised"], default="supervised")
    recipe.add_argument("--steps", type=int, help="the learning rate falls to 0 at this step …")
    recipe.add_argument("--minutes", type=float, help="… or after this many minutes of training")
    recipe.add_argument("--lr", type=float, default=1e-3)
    recipe.add_argument("--warm-up", type=int, default=30, help="steps in which the learning rate rises")
    recipe.add_argument("--clip", type=float, default=0.5)
    recipe.add_argument("--batch", type=int, default=4)
    recipe.add_argument("--patch", type=int, nargs=2, required=True, metavar=("LAT", "LON"))
    recipe.add_argument("--crop", type=int, default=0, help="nodes at the edges of a patch that do not count")
    recipe.add_argument("--real-share", type=float, default=0.5, help="of items with real pseudo-observations")
    recipe.add_argument("--mirrored-share", type=float, default=0.0, help="of items mirrored north to south, heights negated")
    recipe.add_argument("--moved-share", type=float, default=0.6, help="of batches with moved observations, where --fgat-passes > 0")
    recipe.add_argument("--weights", type=float, nargs="+", help="how often each scenario is drawn")
    recipe.add_argument("--seed", type=int, default=333)
    recipe.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    recipe.add_argument("--threads", type=int, default=2)
    output = parser.add_argument_group("output")
    output.add_argument("--out", required=True, help="folder for checkpoint.pt, state.pt, log.csv")
    output.add_argument("--map-patch", type=int, nargs=2, metavar=("LAT", "LON"), help="of the manifest (default: --patch)")
    output.add_argument("--map-strides", type=int, nargs=2, metavar=("LAT", "LON"), help="of the manifest")
    output.add_argument("--map-stride-days", type=int, default=1, help="of the manifest")
    output.add_argument("--map-batch", type=int, default=4, help="of the manifest")
    output.add_argument("--second-field", choices=["oi", "oi-map"], default="oi",
                        help="of the manifest: OI that the platform computes, or the maps of the dataset")
    output.add_argument("--spacing", type=float, required=True, help="grid step after --coarsen in degrees, of the manifest")
    output.add_argument("--validate-every", type=int, default=200, help="steps")
    output.add_argument("--validation-stride", type=int, default=3, help="days between validated windows")
    output.add_argument("--validation-scenarios", nargs="+")
    output.add_argument("--resume", action="store_true", help="go on from state.pt in --out")
    arguments = parser.parse_args()
    if (arguments.steps is None) == (arguments.minutes is None):
        parser.error("say either --steps or --minutes")
    return arguments


def training_heights(truth, observed, first, last):
    """The truth on the days of training, less OI where there is one."""
    days, heights = truth
    chosen = (days >= first) & (days <= last)
    if observed is None or observed[3] is None:
        return heights[chosen]
    obs_days, _, _, background = observed
    return heights[chosen] - background[(obs_days >= first) & (obs_days <= last)]


def statistics(field):
    field = field.astype(np.float64)
    return {"mean": float(np.nanmean(field)), "std": float(np.nanstd(field))}


def save(path, content):
    """Writes beside the file first: whoever reads it sees the old one or the new one."""
    torch.save(content, f"{path}.part")
    os.replace(f"{path}.part", path)


def main():
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    out = pathlib.Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)

    truth = read_truth(arguments.truth, arguments.truth_variable, arguments.coarsen)
    oi_files = dict(text.split("=", 1) for text in arguments.oi or [])
    observations = {
        name: read_observations(path, arguments.observation_variable, arguments.coarsen, oi_files.get(name), arguments.anomaly)
        for name, path in (text.split("=", 1) for text in arguments.observations)
    }
    if (oi_files or arguments.anomaly or arguments.dh_o) and oi_files.keys() != observations.keys():
        sys.exit("--oi and --observations must name the same scenarios")
    train_days, validation_days = (np.array(days, "datetime64[D]") for days in (arguments.train, arguments.validation))
    heights = statistics(training_heights(truth, None, *train_days))
    anomalies = [training_heights(truth, observed, *train_days) for observed in observations.values()]
    settings = {
        "days": arguments.days,
        "dh_p": arguments.dh_p,
        "dh_g": arguments.dh_g,
        "n_step": arguments.n_step,
        "lr_grad": arguments.lr_grad,
        "prior_downsamp": arguments.prior_downsamp if arguments.prior_downsamp > 1 else None,
        "grad_downsamp": arguments.grad_downsamp if arguments.grad_downsamp > 1 else None,
        "bilin_quad": arguments.bilin_quad,
        "fgat_passes": arguments.fgat_passes,
        "dropout": arguments.dropout,
        "map_patch": arguments.map_patch or arguments.patch,
        "map_batch": arguments.map_batch,
        "dh_o": arguments.dh_o,
        "background": "oi" if arguments.anomaly else "none",
        "heights": heights,
        "normalisation": {"mean": 0.0, "std": statistics(np.stack(anomalies))["std"]} if arguments.anomaly else heights,
    }
    training = Windows(truth, observations, *train_days, settings)
    validation = Windows(truth, observations, *validation_days, settings)
    scenarios = list(observations)
    real_share = arguments.real_share if arguments.loss == "supervised" and not oi_files else 1.0  # OI knows its own masks only
    shares = np.array(arguments.weights or [1.0] * len(scenarios))
    validated = arguments.validation_scenarios or scenarios

    torch.manual_seed(arguments.seed)
    random = np.random.default_rng(arguments.seed)
    solver = build_solver(settings).train().to(memory_format=torch.channels_last)
    if arguments.init_from:
        start_from(solver, strip_prefix(torch.load(arguments.init_from, weights_only=True)["state_dict"]))
    solver.lr_grad = lr_grad_for(settings, arguments.batch, *arguments.patch)
    optimiser = build_optimiser(solver, arguments.lr)
    weight = reconstruction_weight(arguments.days, *arguments.patch, arguments.crop, dtype=torch.float32)
    step, elapsed, best, cpu_minutes = 0, 0.0, -math.inf, 0.0
    if arguments.resume:
        state = torch.load(out / "state.pt", weights_only=True)
        solver.load_state_dict(state["solver"])
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["torch_random"])
        random.bit_generator.state = json.loads(state["random"])
        step, elapsed, best, cpu_minutes = (state[name] for name in ("step", "elapsed", "best", "cpu_minutes"))
    parameters = sum(parameter.numel() for parameter in solver.parameters())
    print(f"{parameters} parameters, {len(training)} training windows, {len(validation)} validation windows, {settings}", flush=True)

    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append("SIGTERM"))
    signal.signal(signal.SIGINT, lambda *_: stopping.append("SIGINT"))
    log_path = out / "log.csv"
    is_new = not (arguments.resume and log_path.exists())
    log_file = log_path.open("w" if is_new else "a", newline="")
    log = csv.writer(log_file)
    if is_new:
        names = [f"{kind}_{name}" for name in validated for kind in ("mu_state", "mu_projected")]
        log.writerow(["step", "minutes", "cpu_minutes", "lr", "loss", "mse", "gradient", "prior", "norm", *names])
    sums, skipped, started, cpu_before = [], 0, time.monotonic() - elapsed * 60, time.process_time() - cpu_minutes * 60

    while not stopping:
        elapsed = (time.monotonic() - started) / 60
        progress = step / arguments.steps if arguments.steps else elapsed / arguments.minutes
        lr = arguments.lr * 0.5 * (1 + math.cos(math.pi * min(progress, 1))) * min(1, (step + 1) / arguments.warm_up)
        for group in optimiser.param_groups:
            group["lr"] = lr * group["share"]

        if progress >= 1 or (step % arguments.validate_every == 0 and sums):
            scores = validate(solver, validation, validated, settings, arguments.validation_stride, arguments.crop)
            means = np.mean(sums, 0) if sums else [math.nan] * 5
            flat = [f"{score:.5f}" for name in validated for score in scores[name]]
            cpu_minutes = (time.process_time() - cpu_before) / 60
            log.writerow([step, f"{elapsed:.2f}", f"{cpu_minutes:.2f}", f"{lr:.3g}", *(f"{mean:.6g}" for mean in means), *flat])
            log_file.flush()
            print(step, f"{elapsed:.1f} min", f"cpu {cpu_minutes:.1f}", f"loss {means[0]:.4f}", scores, f"skipped {skipped}", flush=True)
            sums = []
            score = float(np.mean(list(scores.values()), 0).max())
            if score > best:
                best = score
                (out / "manifest.yaml").write_text(manifest(settings, arguments, scores), encoding="utf-8")
                save(
                    out / "checkpoint.pt",
                    {
                        "state_dict": {f"solver.{name}": value.clone() for name, value in solver.state_dict().items()},
                        "settings": settings,
                        "step": step,
                        "validation": {name: [float(score) for score in scores[name]] for name in validated},
                    },
                )
            save_state(out, solver, optimiser, random, step, elapsed, best, cpu_minutes)
        if progress >= 1:
            break

        scenario = scenarios[random.choice(len(scenarios), p=shares / shares.sum())]
        fields = training.random_batch(random, scenario, arguments.batch, arguments.patch, real_share, arguments.mirrored_share)
        batch, lag, target, second = (fields.get(name) for name in ("observations", "lag", "target", "oi"))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=arguments.precision == "bfloat16"):
            if arguments.fgat_passes > 0 and random.random() < arguments.moved_share:
                with torch.no_grad():
                    batch = at_noon(batch, lag, solver(batch, second))
            state = solver(batch, second)
            if arguments.loss == "supervised":
                loss, parts = supervised_loss(solver, state, target, weight)
            else:
                loss, parts = unsupervised_loss(solver, state, batch)
        optimiser.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(solver.parameters(), arguments.clip)
        if norm.isfinite():
            optimiser.step()
            sums.append([loss.item(), *(part.item() for part in parts.values()), norm.item()])
        else:
            skipped += 1
            if skipped > 100:
                sys.exit("more than 100 steps without a finite gradient: lower --lr or --lr-grad")
        step += 1

    if stopping:
        cpu_minutes = (time.process_time() - cpu_before) / 60
        save_state(out, solver, optimiser, random, step, elapsed, best, cpu_minutes)
        print(f"{stopping[0]} at step {step}: go on with --resume", flush=True)


def manifest(settings, arguments, scores):
    """What the platform must know beside the weights; the projection is on where it scores better."""
    (lat, lon), strides = settings["map_patch"], arguments.map_strides or settings["map_patch"]
    state, projected = np.mean(list(scores.values()), 0)
    mean_and_std = lambda numbers: f"{{ mean: {numbers['mean']!r}, std: {numbers['std']!r} }}"
    reads_oi = f"second_field: {arguments.second_field}\nsst_normalisation: {mean_and_std(settings['heights'])}\n"
    second_field = reads_oi if settings["dh_o"] else ""
    return f"""architecture: {"starter-multimodal" if settings["dh_o"] else "starter"}
n_step: {settings["n_step"]}
lr_grad: {settings["lr_grad"]:g}
prior_downsamp: {settings["prior_downsamp"] or "null"}
grad_downsamp: {settings["grad_downsamp"] or "null"}
bilin_quad: {str(settings["bilin_quad"]).lower()}
obs_weight: 1
init: obs
input_fill: nan
final_projection: {str(bool(projected > state)).lower()}
fgat_passes: {settings["fgat_passes"]}
{second_field}background: {settings["background"]}
normalisation: {mean_and_std(settings["normalisation"])}
patch: {{ time: {settings["days"]}, lat: {lat}, lon: {lon} }}
strides: {{ time: {arguments.map_stride_days}, lat: {strides[0]}, lon: {strides[1]} }}
reconstruction_weight: {{ time: triangular, offset: 1, crop: {{ lat: {arguments.crop}, lon: {arguments.crop} }} }}
batch_size: {settings["map_batch"]}
spacing_deg: {arguments.spacing:g}
"""


def save_state(out, solver, optimiser, random, step, elapsed, best, cpu_minutes):
    save(
        out / "state.pt",
        {
            "solver": solver.state_dict(),
            "optimiser": optimiser.state_dict(),
            "torch_random": torch.get_rng_state(),
            "random": json.dumps(random.bit_generator.state),
            "step": step,
            "elapsed": elapsed,
            "best": best,
            "cpu_minutes": cpu_minutes,
        },
    )


def start_from(solver, weights):
    """Takes over a network; a second observation cost that it lacked begins without effect."""
    missing, unknown = solver.load_state_dict(weights, strict=False)
    if unknown or any(not name.startswith("obs_cost.") for name in missing):
        sys.exit(f"--init-from: the networks differ in {[*missing, *unknown]}")
    if missing:
        nn.init.zeros_(solver.obs_cost.conv_ssh.weight)


def strip_prefix(state_dict):
    return {name.removeprefix("solver."): value for name, value in state_dict.items() if name != "rec_weight"}


if __name__ == "__main__":
    main()
