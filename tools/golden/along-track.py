"""Golden values of the along-track scores (protocols ose-2021a and ose-along-track), for packages/science.

An independent implementation with numpy and scipy, from the description in docs/scores/ose-2021a.md: trilinear interpolation
by RegularGridInterpolator, spectra by scipy.signal.welch, the crossing by scipy.interpolate.interp1d.

    /usr/bin/python3 tools/golden/along-track.py packages/science/test/golden/along_track.json

Written with Python 3.13, numpy 2.2.4 and scipy 1.15.3 of Debian 13.
"""

import json
import math
import pathlib
import sys

import numpy as np
import scipy.interpolate
import scipy.signal

DT_S, SPEED_KM_S = 0.9434, 6.77
DX_KM = DT_S * SPEED_KM_S
NPT = int(1000 / DX_KM)
STEP = int(0.25 * NPT)
DAY_S = 86400.0
GAP_S = 4.00001


def pieces_2021a(days):
    cut = np.flatnonzero(np.diff(days) * DAY_S > GAP_S)
    bounds = []
    previous = 0
    for at in cut:  # nothing after the last cut
        bounds.append((previous, int(at)))
        previous = int(at)
    return bounds


def starts_2021a(days):
    return [s for a, b in pieces_2021a(days) if b - a >= NPT for s in range(a, b - NPT, STEP)]


def starts_clean(days):
    cut = np.flatnonzero(np.diff(days) * DAY_S > GAP_S) + 1
    starts = []
    for piece in np.split(np.arange(len(days)), cut):
        starts += [int(piece[0]) + s for s in range(0, len(piece) - NPT + 1, STEP)]
    return starts


def spectra(track, grid, starts):
    if not starts:
        return None
    chain = lambda values: np.concatenate([values[s : s + NPT] for s in starts])
    options = dict(fs=1 / DX_KM, nperseg=NPT, noverlap=0, scaling="density")
    k, psd_track = scipy.signal.welch(chain(track), **options)
    _, psd_error = scipy.signal.welch(chain(grid) - chain(track), **options)
    return k, psd_track, psd_error


def lambda_2021a(k, psd_track, psd_error):
    with np.errstate(divide="ignore", invalid="ignore"):
        table = scipy.interpolate.interp1d(1 - psd_error / psd_track, 1 / k)
        try:
            value = float(table(0.5))
        except ValueError:  # 0.5 outside the scores
            return None
    return int(value) if math.isfinite(value) else None


def lambda_clean(k, psd_track, psd_error):
    wavelength = 1 / k[1:]
    score = 1 - psd_error[1:] / psd_track[1:]
    for i in range(len(score) - 1):
        if score[i] >= 0.5 > score[i + 1]:
            return float(np.interp(0.5, [score[i + 1], score[i]], [wavelength[i + 1], wavelength[i]]))
    return None


def daily(days, track, grid):
    out = []
    for day in np.unique(np.floor(days)):
        on = np.floor(days) == day
        if on.sum() >= 10:
            rms = lambda values: math.sqrt(np.mean(values[on] ** 2))
            out.append((float(day), 1 - rms(grid - track) / rms(track), rms(grid - track)))
    return out


def protocol(days, track, grid, starts, wavelength):
    found = spectra(track, grid, starts)
    result = {"starts": starts, "lambdaXKm": None, "trackPsd": None, "errorPsd": None}
    if found is not None:
        k, psd_track, psd_error = found
        result.update(lambdaXKm=wavelength(k, psd_track, psd_error), trackPsd=psd_track.tolist(), errorPsd=psd_error.tolist())
    return result


def expected(days, track, grid):
    keep = np.isfinite(track) & np.isfinite(grid)
    days, track, grid = days[keep], track[keep], grid[keep]
    by_day = daily(days, track, grid)
    scores = np.array([score for _, score, _ in by_day])
    return {
        "pointCount": int(keep.sum()),
        "day": [day for day, _, _ in by_day],
        "rmseScore": [score for _, score, _ in by_day],
        "rmseM": [rmse for _, _, rmse in by_day],
        "mu": float(scores.mean()),
        "sigma": float(scores.std()),
        "totalRmseM": float(np.sqrt(np.mean((grid - track) ** 2))),
        "ose-2021a": protocol(days, track, grid, starts_2021a(days), lambda_2021a),
        "ose-along-track": protocol(days, track, grid, starts_clean(days), lambda_clean),
    }


def rounded(values, decimals):
    return np.round(np.asarray(values, float), decimals)


def listed(values):
    return [None if math.isnan(value) else value for value in values.tolist()]


def red_noise(random, count, slope):
    """A random signal with a power-law spectrum."""
    spectrum = random.normal(size=count // 2 + 1) + 1j * random.normal(size=count // 2 + 1)
    spectrum *= np.maximum(np.arange(count // 2 + 1), 3.0) ** (-slope / 2)
    values = np.fft.irfft(spectrum, count)
    return values / values.std()


def pass_times(first_day, lengths, random):
    """One pass after the other, some on the same day, a few samples missing."""
    days = []
    for number, length in enumerate(lengths):
        start = first_day + number * 0.61 + 0.1 * random.random()
        days += [start + i * DT_S / DAY_S for i in range(length)]
    days = np.array(days)
    return np.delete(days, [5, 6, 7, 200, 1030, 1031, 1032, 1033, 1034][: 3 if len(days) < 1100 else 9])


def line_case(name, seed, lengths, map_of):
    random = np.random.default_rng(seed)
    days = rounded(pass_times(24838.0, lengths, random), 9)
    track = rounded(0.4 + 0.3 * red_noise(random, len(days), 4) + 0.02 * random.normal(size=len(days)), 4)
    grid = rounded(map_of(track, random), 4)
    track[[40, 41]] = np.nan
    grid[90] = np.nan
    return {
        "name": name,
        "timeDays": days.tolist(),
        "trackM": listed(track),
        "mapM": listed(grid),
        "expected": expected(days, track, grid),
    }


def smoothed(width):
    def apply(track, random):
        kernel = np.hanning(width + 2)[1:-1]
        return np.convolve(np.pad(track, width // 2, mode="edge"), kernel / kernel.sum(), mode="valid")[: len(track)]

    return apply


def wavy(track, random):
    """An error in two bands, so that the score crosses 0.5 several times."""
    x = np.arange(len(track)) / NPT
    wave = lambda k, phase: np.cos(2 * np.pi * k * x + phase)
    return smoothed(9)(track, random) + 0.05 * wave(5, 0.3) + 0.02 * wave(6, 1.0) + 0.01 * wave(11, 2.0)


def gridded_case():
    random = np.random.default_rng(7)
    lat, lon, time = np.arange(32.5, 43.6, 0.5), np.arange(-65.5, -54.4, 0.5), np.arange(24838.0, 24850.0)
    t, y, x = np.meshgrid(time - time[0], lat, lon, indexing="ij")
    ssh = 0.4 + 0.3 * np.sin(0.9 * x + 0.1 * t) * np.cos(0.7 * y) + 0.1 * np.sin(1.9 * x - 1.3 * y + 0.3 * t)
    ssh = rounded(ssh, 4)
    ssh[3, 4, 5] = np.nan
    points = []
    for number in range(15):
        start = time[0] + 0.4 + 0.72 * number
        middle = -64.6 + 9.2 * ((0.37 * number) % 1)
        count = 190 if number % 4 else 60
        for i in range(count):
            step = i - count / 2
            up = 1 if number % 2 else -1
            points.append((start + i * DT_S / DAY_S, 38 + up * 0.0574 * step, middle - 0.004 * step))
    points = np.delete(np.array(points), [300, 301, 700, 701, 702, 703, 704], axis=0)
    days, at_lat, at_lon = rounded(points[:, 0], 9), rounded(points[:, 1], 5), rounded(points[:, 2], 5)
    interpolate = scipy.interpolate.RegularGridInterpolator((time, lat, lon), ssh, bounds_error=False)
    grid = interpolate(np.stack([days, at_lat, at_lon], axis=1))
    truth = grid + 0.05 * red_noise(random, len(days), 2) + 0.02 * random.normal(size=len(days))
    track = rounded(np.where(np.isfinite(truth), truth, 0.5), 3)
    track[[111, 900, 901, 902, 903, 904, 905]] = np.nan
    inside = (at_lat >= 33.25) & (at_lat <= 42.75) & (at_lon >= -64.75) & (at_lon <= -55.25)
    return {
        "name": "maps",
        "grid": {"timeDays": time.tolist(), "latDeg": lat.tolist(), "lonDeg": lon.tolist()},
        "values": listed(ssh.ravel()),
        "timeDays": days.tolist(),
        "latDeg": at_lat.tolist(),
        "lonDeg": at_lon.tolist(),
        "trackM": listed(track),
        "atPointsM": listed(grid),
        "box": {"west": -65, "east": -55, "south": 33, "north": 43},
        "insideCount": int(inside.sum()),
        "expected": expected(days[inside], track[inside], grid[inside]),
    }


def main(target):
    passes = [175, 160, 8, 230, 158, 157, 156, 12, 170, 204]
    cases = [
        gridded_case(),
        line_case("a smooth map", 1, passes, smoothed(15)),
        line_case("several crossings", 2, passes, wavy),
        line_case("a map that resolves everything", 3, passes, lambda track, random: track + 1e-3),
        line_case("a map that resolves nothing", 4, passes, lambda track, random: rounded(-track, 4)),
        line_case("no gap", 5, [400], smoothed(15)),
        line_case("short pieces", 6, [90, 100, 120, 90], smoothed(15)),
    ]
    target.write_text(json.dumps({"cases": cases}) + "\n")
    for case in cases:
        e = case["expected"]
        print(case["name"], e["pointCount"], "points, µ", round(e["mu"], 4), "σ", round(e["sigma"], 4))
        for name in ("ose-2021a", "ose-along-track"):
            print("   ", name, len(e[name]["starts"]), "segments, λx", e[name]["lambdaXKm"])


main(pathlib.Path(sys.argv[1]))
