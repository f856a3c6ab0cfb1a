"""Converts the golden NetCDF pairs of the 2020a scores to gzipped raw float32 plus JSON, for packages/science.

The science package reads no NetCDF, so its golden tests need the fields in a form that needs no library.

    /usr/bin/python3 tools/golden/convert-golden.py ../shared/golden/scores packages/science/test/golden

Written with Python 3.13 and Debian's python3-netcdf4; the output is committed and does not depend on their versions.
"""

import gzip
import json
import pathlib
import shutil
import sys

import netCDF4
import numpy

DAYS_1950_TO_2012_10_01 = 22919.0


def read_field(path, name):
    with netCDF4.Dataset(path) as dataset:
        dataset.set_auto_mask(False)
        time = dataset["time"]
        per_day = {"seconds": 86400.0, "hours": 24.0, "days": 1.0}[time.units.split(" ")[0]]
        assert time.units.split(" since ")[1].startswith("2012-10-01"), time.units
        return {
            "timeDays": (time[:] / per_day + DAYS_1950_TO_2012_10_01).tolist(),
            "latDeg": dataset["lat"][:].astype("f8").tolist(),
            "lonDeg": dataset["lon"][:].astype("f8").tolist(),
        }, dataset[name][:].astype("<f4")


def write_raw(path, values):
    with open(path, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as zipped:
        zipped.write(numpy.ascontiguousarray(values).tobytes())


def main(source, target):
    target.mkdir(parents=True, exist_ok=True)
    written = {}
    for case_path in sorted(source.glob("*.json")):
        case = json.loads(case_path.read_text())
        if "ref_file" not in case:
            shutil.copyfile(case_path, target / case_path.name)
            continue
        for role, variable in (("ref", "sossheig"), ("rec", case["rec_var"])):
            grid, values = read_field(source / case[f"{role}_file"], variable)
            content = values.tobytes()
            if content not in written:  # two cases share their reference
                written[content] = f"{case_path.stem}_{role}.f32.gz"
                write_raw(target / written[content], values)
            case[f"{role}_file"] = written[content]
            case[f"{role}_grid"] = grid
        (target / case_path.name).write_text(json.dumps(case))


main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
