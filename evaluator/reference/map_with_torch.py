#!/usr/bin/env python3
"""Maps gridded observations with a starter 4DVarNet in PyTorch: the yardstick for the platform's own runtime.

    python3 evaluator/reference/map_with_torch.py --checkpoint C.pt --manifest manifest.yaml \\
        --observations gridded-gf-nadir4.nc --oi oi.nc --out map.nc

--oi, for networks that read OI: the observations mapped by `sillage oi --method lattice` on the network's own nodes.

Everything but the weights comes from the manifest, as on the platform. Windows and tiles go through the network in
C order over (time, latitude, longitude), in batches whose size the manifest says: the result of a tile depends a
little on which others share its batch.
"""

import argparse
import sys
import time

import numpy as np
import torch
import yaml

import train


def starts(length, patch, stride, axis):
    if patch > length:
        sys.exit(f"{axis}: the patch has {patch} nodes, the observations {length}")
    return range(0, length - patch + 1, stride)


def read_settings(weights, manifest):
    days = weights["prior_cost.conv_in.weight"].shape[1]
    second = weights.get("obs_cost.conv_ssh.weight")
    architecture = "starter" if second is None else "starter-multimodal"
    if manifest["architecture"] != architecture or manifest["patch"]["time"] != days:
        sys.exit(f"this script maps with architecture {architecture} and {days} days; the manifest says otherwise")
    if second is not None and manifest.get("second_field") != "oi":
        sys.exit("this script knows OI as the second field only")
    return {
        "days": days,
        "dh_o": 0 if second is None else second.shape[0],
        "dh_p": weights["prior_cost.conv_in.weight"].shape[0],
        "dh_g": weights["grad_mod.conv_out.weight"].shape[1],
        "dropout": 0.0,
        **{name: manifest[name] for name in ("n_step", "lr_grad", "prior_downsamp", "grad_downsamp", "bilin_quad")},
    }


def stitch(solver, observations, lag, manifest, oi=None):
    """[day, lat, lon] in m, NaN where no tile counts; float64 sums. `oi`: m, where the network reads it or stands on it."""
    patch, strides, recipe = (manifest[name] for name in ("patch", "strides", "reconstruction_weight"))
    sizes = [patch[axis] for axis in ("time", "lat", "lon")]
    weight = train.reconstruction_weight(*sizes, recipe["crop"]["lat"], recipe["offset"]).numpy()
    mean, std = (np.float32(manifest["normalisation"][name]) for name in ("mean", "std"))
    places = [
        tuple(slice(start, start + size) for start, size in zip(corner, sizes))
        for corner in np.stack(
            np.meshgrid(
                *(
                    starts(length, patch[axis], strides[axis], axis)
                    for axis, length in zip(("time", "lat", "lon"), observations.shape)
                ),
                indexing="ij",
            ),
            -1,
        ).reshape(-1, 3)
    ]
    total, weights = np.zeros(observations.shape), np.zeros(observations.shape)
    normalised = (observations - mean) / std
    second = None
    if manifest.get("second_field") == "oi":
        oi_mean, oi_std = (np.float32(manifest["sst_normalisation"][name]) for name in ("mean", "std"))
        second = (oi - oi_mean) / oi_std
    for first in range(0, len(places), manifest["batch_size"]):
        batch = places[first : first + manifest["batch_size"]]
        with torch.no_grad():
            cut = lambda field: None if field is None else train.to_tensor([field[place] for place in batch])
            passes = manifest.get("fgat_passes", 0)
            state = solver.last_state_at_noon(cut(normalised), cut(lag), passes, cut(second))
            if manifest["final_projection"]:
                state = solver.prior_cost(state)
        for place, field in zip(batch, state.numpy()):
            total[place] += weight * (field * std + mean)
            weights[place] += weight
    with np.errstate(invalid="ignore"):
        heights = total / np.where(weights > 0, weights, np.nan)
    return heights + oi if manifest.get("background") == "oi" else heights


def main():
    import xarray

    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--manifest", required=True)
    parser.add_argument("--observations", required=True, help="NetCDF file of gridded observations, daily")
    parser.add_argument("--variable", default="ssh_mod")
    parser.add_argument("--oi", help="NetCDF file, the observations mapped by OI on the network's nodes")
    parser.add_argument("--out", required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    with open(arguments.manifest, encoding="utf-8") as file:
        manifest = yaml.safe_load(file)
    weights = train.strip_prefix(torch.load(arguments.checkpoint, weights_only=True)["state_dict"])
    solver = train.build_solver(read_settings(weights, manifest)).eval()
    solver.load_state_dict(weights)
    solver.to(memory_format=torch.channels_last)
    with xarray.open_dataset(arguments.observations) as file:
        lat, lon = file["lat"].values, file["lon"].values
        coarsen = round(manifest["spacing_deg"] / (lat[1] - lat[0]))
    is_anomaly = manifest.get("background") == "oi"
    if arguments.oi is None and (is_anomaly or manifest.get("second_field") == "oi"):
        sys.exit("the network reads OI: pass --oi")
    days, observations, lag, oi = train.read_observations(
        arguments.observations, arguments.variable, coarsen, arguments.oi, is_anomaly
    )
    lat, lon = (train.block_mean(np.tile(axis, (1, coarsen, 1)).astype(np.float64), coarsen)[0, 0] for axis in (lat, lon))

    started = time.perf_counter()
    heights = stitch(solver, observations, lag, manifest, oi)
    seconds = time.perf_counter() - started
    covered = np.isfinite(heights)
    keep = [np.flatnonzero(covered.any(axis)) for axis in ((1, 2), (0, 2), (0, 1))]
    field = xarray.DataArray(
        heights[np.ix_(*keep)].astype(np.float32),
        coords={"time": days[keep[0]].astype("datetime64[ns]"), "lat": lat[keep[1]], "lon": lon[keep[2]]},
        dims=("time", "lat", "lon"),
        name="gssh",
        attrs={"units": "m", "standard_name": "sea_surface_height_above_geoid", "long_name": "4DVarNet (starter)"},
    )
    field.coords["lat"].attrs["units"], field.coords["lon"].attrs["units"] = "degrees_north", "degrees_east"
    field.to_netcdf(arguments.out)
    print(f"{arguments.out}: {len(keep[0])} days, {len(keep[1])} × {len(keep[2])} nodes, {seconds:.1f} s in the network")


if __name__ == "__main__":
    main()
