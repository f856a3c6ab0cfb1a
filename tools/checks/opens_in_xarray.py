"""Opens with xarray and netCDF4 what write-samples.mjs wrote, and compares every value.

usage: opens_in_xarray.py <folder>
Prints one JSON object a line: {"name": ..., "failure": null or text}.
"""

import json
import pathlib
import subprocess
import sys

import netCDF4
import numpy as np
import xarray as xr

FOLDER = pathlib.Path(sys.argv[1])
DAY_COUNT, LAT_COUNT, LON_COUNT = 5, 11, 21


def expected_field():
    index = np.arange(DAY_COUNT * LAT_COUNT * LON_COUNT)
    day = index // (LAT_COUNT * LON_COUNT)
    values = 0.5 * np.sin(index * 0.1) + 0.01 * day
    values[(day == DAY_COUNT - 1) & (index % 7 == 0)] = np.nan
    return values.reshape(DAY_COUNT, LAT_COUNT, LON_COUNT)


def report(name, check):
    try:
        check()
        failure = None
    except Exception as error:  # a check reports whatever went wrong, and the others still run
        failure = f"{type(error).__name__}: {error}"
    print(json.dumps({"name": name, "failure": failure}), flush=True)


def check_gridded(path, tolerance_m):
    with xr.open_dataset(path) as dataset:
        ssh = dataset["ssh"]
        assert ssh.dims[0] == "time" and len(ssh.dims) == 3, f"dimensions {ssh.dims}"
        times = ssh["time"].values
        assert np.issubdtype(times.dtype, np.datetime64), f"time is {times.dtype}, not decoded"
        wanted = np.datetime64("2012-10-22T12:00:00") + np.arange(DAY_COUNT) * np.timedelta64(1, "D")
        off = np.abs(times - wanted).max()
        assert off < np.timedelta64(1, "s"), f"times are off by {off}"
        lat, lon = ssh[ssh.dims[1]], ssh[ssh.dims[2]]
        np.testing.assert_allclose(lat, 33 + np.arange(LAT_COUNT) * 0.05, atol=1e-9)
        np.testing.assert_allclose(lon, -65 + np.arange(LON_COUNT) * 0.05, atol=1e-9)
        assert lat.attrs.get("standard_name") == "latitude" and lat.attrs.get("units") == "degrees_north", lat.attrs
        assert lon.attrs.get("standard_name") == "longitude" and lon.attrs.get("units") == "degrees_east", lon.attrs
        np.testing.assert_allclose(ssh.values, expected_field(), atol=tolerance_m, equal_nan=True)
        assert ssh.attrs["units"] == "m", ssh.attrs
        assert ssh.attrs["standard_name"] == "sea_surface_height_above_geoid", ssh.attrs
        assert str(dataset.attrs["Conventions"]).startswith("CF-1."), dataset.attrs
        for name in ("title", "source", "history"):
            assert name in dataset.attrs, f"no attribute {name}"


def check_masked(path):
    with netCDF4.Dataset(path) as dataset:
        ssh = dataset["ssh"][:]
        missing = np.ma.getmaskarray(ssh) | ~np.isfinite(np.ma.filled(ssh.astype("f8"), np.nan))
        assert missing.sum() == np.isnan(expected_field()).sum(), f"{missing.sum()} missing values"


def check_along_track(path):
    with xr.open_dataset(path) as dataset:
        time = dataset["time"].values
        assert np.issubdtype(time.dtype, np.datetime64), f"time is {time.dtype}, not decoded"
        assert time.shape == (300,), f"{time.shape} observations"
        index = np.arange(300)
        wanted = 0.25 * np.cos(index * 0.05)
        wanted[7] = np.nan
        np.testing.assert_allclose(dataset["ssh_model"].values, wanted, atol=1e-6, equal_nan=True)
        lat = dataset["lat"] if "lat" in dataset.variables else dataset["latitude"]
        lon = dataset["lon"] if "lon" in dataset.variables else dataset["longitude"]
        np.testing.assert_allclose(lat.values, 33 + index * 0.01, atol=1e-6)
        np.testing.assert_allclose((lon.values + 180) % 360 - 180, -65 + index * 0.005, atol=1e-6)
        assert str(dataset.attrs["Conventions"]).startswith("CF-1."), dataset.attrs


def check_swath(path, tolerance_m):
    lines, cells = 200, 6
    with xr.open_dataset(path) as dataset:
        assert dataset["ssh_model"].dims == ("time", "nC"), dataset["ssh_model"].dims
        times = dataset["time"].values
        assert np.issubdtype(times.dtype, np.datetime64), f"time is {times.dtype}, not decoded"
        index = np.arange(lines * cells)
        wanted = 0.3 * np.sin(index * 0.02)
        wanted[index % 11 == 0] = np.nan
        wanted = wanted.reshape(lines, cells)
        np.testing.assert_allclose(dataset["ssh_model"].values, wanted, atol=tolerance_m, equal_nan=True)
        np.testing.assert_allclose(dataset["ssh_obs"].values, wanted + 0.02, atol=tolerance_m, equal_nan=True)
        seen = ~np.isnan(wanted)
        lat = np.broadcast_to((33 + np.arange(lines) * 0.02)[:, None], (lines, cells))
        lon = np.broadcast_to((-65 + np.arange(cells) * 0.1)[None, :], (lines, cells))
        np.testing.assert_allclose(dataset["lat"].values[seen], lat[seen], atol=6e-5)
        np.testing.assert_allclose(dataset["lon"].values[seen], lon[seen], atol=6e-5)
        np.testing.assert_allclose(dataset["x_ac"].values, [-60, -35, -10, 10, 35, 60])
        assert {"lon", "lat"} <= set(dataset.coords), list(dataset.coords)


def check_gridded_observations(path, tolerance_m):
    with xr.open_dataset(path) as dataset:
        wanted = expected_field()
        seen = ~np.isnan(wanted)
        for name in ("ssh_mod", "ssh_obs", "lag", "flag"):
            assert dataset[name].dims == ("time", "lat", "lon"), dataset[name].dims
        assert dataset["mask"].dims == ("lat", "lon") and (dataset["mask"].values == 1).all()
        np.testing.assert_allclose(dataset["ssh_mod"].values, wanted, atol=tolerance_m, equal_nan=True)
        np.testing.assert_allclose(dataset["ssh_obs"].values, wanted + 0.02, atol=tolerance_m, equal_nan=True)
        np.testing.assert_allclose(dataset["lag"].values[seen], 0.3, atol=1e-6)
        np.testing.assert_allclose(dataset["flag"].values[seen], 0.25, atol=1e-6)
        assert np.isnan(dataset["lag"].values[~seen]).all()
        days = np.datetime64("2012-10-22T00:00") + np.arange(DAY_COUNT) * np.timedelta64(1, "D")
        np.testing.assert_array_equal(dataset["time"].values, days)


def check_ncdump(path):
    text = subprocess.run(["ncdump", "-h", path], check=True, capture_output=True, text=True).stdout
    assert text.startswith("netcdf ") and "dimensions:" in text and "variables:" in text, text[:200]


for file in sorted(FOLDER.glob("gridded-*.nc")):
    # float32 keeps 24 bits of a value below 1 m; a packed value is off by half a scale factor at most
    tolerance_m = {"float32": 6e-8, "float64": 1e-15, "packed": 5.1e-5}[file.name.split("-")[1]]
    report(f"xarray opens {file.name} with its coordinates, times and values", lambda: check_gridded(file, tolerance_m))
    report(f"netCDF4 masks the missing values of {file.name}", lambda: check_masked(file))
    report(f"ncdump reads {file.name}", lambda: check_ncdump(file))
report("xarray opens along-track.nc with its times and values", lambda: check_along_track(FOLDER / "along-track.nc"))
report("ncdump reads along-track.nc", lambda: check_ncdump(FOLDER / "along-track.nc"))
report("xarray opens along-track-pieces.nc with its times and values", lambda: check_along_track(FOLDER / "along-track-pieces.nc"))
report("ncdump reads along-track-pieces.nc", lambda: check_ncdump(FOLDER / "along-track-pieces.nc"))
for file in sorted(FOLDER.glob("swath-*.nc")):
    tolerance_m = 1e-15 if file.stem.endswith("full") else 5.1e-5
    report(f"xarray opens {file.name} with its places, times and values", lambda: check_swath(file, tolerance_m))
    report(f"ncdump reads {file.name}", lambda: check_ncdump(file))
for file in sorted(FOLDER.glob("observations-*.nc")):
    tolerance_m = {"float32": 6e-8, "float64": 1e-15, "packed": 5.1e-5}[file.stem.split("-")[1]]
    report(f"xarray opens {file.name} with its days and values", lambda: check_gridded_observations(file, tolerance_m))
    report(f"ncdump reads {file.name}", lambda: check_ncdump(file))
