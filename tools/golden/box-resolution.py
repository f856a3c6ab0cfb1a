"""Golden values of effective resolution by box (packages/science, `zonalBoxes` and `trackBoxes`), by numpy and scipy alone,
and the experiment of docs/adr/0029-resolution-by-box.md.

Written from docs/scores/boxes.md: spectra by scipy.signal.periodogram and scipy.signal.welch of each piece.

    python3 tools/golden/box-resolution.py packages/science/test/golden
    python3 tools/golden/box-resolution.py --experiment

Written with Python 3.11, numpy 2.4.6 and scipy 1.17.1.
"""

import gzip
import json
import pathlib
import sys

import numpy as np
import scipy.signal

KM_PER_DEG = np.deg2rad(1) * 6371.0
SPACING_KM = 6.77 * 0.9434


def crossing(wavelength, score):
    """λ from half the length of a piece on, or why there is none; wavelengths descend from k = 1."""
    wavelength, score = wavelength[1:], score[1:]
    if not np.isfinite(score).all():
        return None, "undefined-spectrum"
    if score[0] < 0.5:
        return None, "longer-than-box"
    below = np.flatnonzero(score < 0.5)
    if len(below) == 0:
        return None, "everything-resolved"
    i = below[0]
    return float(np.interp(0.5, score[[i, i - 1]], wavelength[[i, i - 1]])), None


def starts(span, size):
    count = int(np.ceil((span - size) / (size / 2) - 1e-6)) + 1 if span > size else 1
    return np.linspace(0, span - size, count)


def round_half_up(values):
    return np.floor(np.asarray(values) + 0.5).astype(int)


def zonal_box(m, r, lat, lat_range, lon_range, step, least, row_step):
    """One box of fields [time, lat, lon] given as ranges of nodes."""
    total_r = total_e = 0
    kilometres = []
    for row in range(len(lat)):
        if row % row_step or not lat_range[0] <= row < lat_range[1]:
            continue
        cut = np.s_[:, row, lon_range[0] : lon_range[1]]
        if not np.isfinite(m[cut] + r[cut]).all():
            continue
        options = dict(fs=1 / step, window="hann", detrend="constant", scaling="density")
        k, psd_r = scipy.signal.periodogram(r[cut], **options)
        _, psd_e = scipy.signal.periodogram(m[cut] - r[cut], **options)
        total_r = total_r + psd_r.mean(axis=0)
        total_e = total_e + psd_e.mean(axis=0)
        kilometres.append(KM_PER_DEG * np.cos(np.deg2rad(lat[row])))
    count = len(kilometres)
    if count < least:
        return {"pieceCount": count, "wavelength": None, "unresolved": "too-few-pieces"}
    last = (lon_range[1] - lon_range[0] - 1) // 2
    psd_r, psd_e = total_r[1 : last + 1] / count, total_e[1 : last + 1] / count
    wavelength, unresolved = crossing(1 / k[1 : last + 1], 1 - psd_e / psd_r)
    return {
        "pieceCount": count,
        "kmPerDeg": float(np.mean(kilometres)),
        "wavelength": wavelength,
        "unresolved": unresolved,
        "referencePsd": psd_r.tolist(),
        "errorPsd": psd_e.tolist(),
    }


def red(random, shape, step, cut_deg, passes=1):
    """Homogeneous noise on a wide plane, cut to `shape`; its power falls from 5° on as wavenumber^−4.4, and below `cut_deg`."""
    y, x = shape
    n = 3 * max(y, x)
    k = np.hypot(np.fft.fftfreq(n, step)[:, None], np.fft.rfftfreq(n, step)[None, :])
    amplitude = (1 + (5 * k) ** 2) ** -1.1
    if cut_deg is not None:  # an error: as strong as the truth below cut_deg, little of it above
        with np.errstate(divide="ignore"):
            amplitude = amplitude / np.sqrt(1 + (1 / (cut_deg * k)) ** 4)
    tau = np.clip(12 / np.maximum(k, 1e-3), 1.5, 60)  # days
    if cut_deg is not None:
        tau = np.minimum(tau, 6)
    decay = np.exp(-1 / tau)
    state = np.fft.rfft2(random.standard_normal((n, n)))
    maps = []
    for _ in range(passes):
        maps.append(np.fft.irfft2(state * amplitude, s=(n, n))[:y, :x])
        state = decay * state + np.sqrt(1 - decay**2) * np.fft.rfft2(random.standard_normal((n, n)))
    return np.array(maps)


def zonal_case(random, folder):
    step, days = 0.25, 9
    lat = 33 + step / 2 + step * np.arange(36)
    lon = -65 + step / 2 + step * np.arange(44)
    r = red(random, (36, 44), step, None, days)
    scale = 0.3 / r.std()
    r = r * scale
    e = red(random, (36, 44), step, 1.3, days) * scale
    e[:, :, 22:] *= 1.6  # worse in the east
    m = r + e
    r[:, 25:, :14] = np.nan  # a coast in the north-west
    r[:, 3, 40] = np.nan
    m[4, 6, 2] = np.nan  # a hole on one day
    r, m = r.astype(np.float32), m.astype(np.float32)
    for name, values in (("ref", r), ("rec", m)):
        data = gzip.compress(values.astype("<f4").tobytes(), 9, mtime=0)
        (folder / f"box_resolution_{name}.f32.gz").write_bytes(data)
    m, r = m.astype(float), r.astype(float)
    size = round(5 / step)
    lat_starts, lon_starts = (round_half_up(starts(count, size)) for count in (36, 44))
    box = lambda y, x: zonal_box(m, r, lat, (y, y + size), (x, x + size), step, 10, 1)
    columns = [zonal_box(m, r, lat, (0, 36), (x, x + size), step, 10, 1) for x in lon_starts]
    counts = [column["pieceCount"] for column in columns]
    mean = lambda name: np.average([b[name] for b in columns], axis=0, weights=counts)
    wavelength, _ = crossing(5 / np.arange(1, 10), 1 - mean("errorPsd") / mean("referencePsd"))
    return {
        "whole": {"pieceCount": sum(counts), "wavelength": wavelength, "kmPerDeg": float(mean("kmPerDeg"))},
        "latDeg": lat.tolist(),
        "lonDeg": lon.tolist(),
        "timeDays": (22940.0 + np.arange(days)).tolist(),
        "boxLatDeg": [(lat[y] + lat[y + size - 1]) / 2 for y in lat_starts.tolist()],
        "boxLonDeg": [(lon[x] + lon[x + size - 1]) / 2 for x in lon_starts.tolist()],
        "boxes": [box(y, x) for y in lat_starts for x in lon_starts],
    }


def track_case(random, folder):
    """Straight passes over an area of 8° × 7°, fewer of them in the east, 0.9434 s between samples, with a pause in some of them."""
    area = {"south": 35.0, "north": 42.0, "west": -62.0, "east": -54.0}
    time, lat, lon, heights, errors = [], [], [], [], []
    for index in range(60):
        count = 118
        going_north = index % 2 == 0
        along = np.arange(count)
        y = 35.05 + along * 0.0585
        y = y if going_north else y[::-1]
        x = -61.4 + 6.8 * ((index * 0.618034) % 1) ** 4 + (0.004 if going_north else -0.004) * along
        t = 22940.0 + index * 0.7 + along * 0.9434 / 86400
        keep = np.ones(count, bool)
        if index % 7 == 3:
            keep[50:58] = False  # 8 samples: a pause that cuts the pass
        noise = lambda power: np.cumsum(random.standard_normal(count)) * power
        truth = noise(0.02)
        truth = truth - truth.mean()
        error = 0.012 * random.standard_normal(count) * (1 + (x > -59))
        time.append(t[keep]); lat.append(y[keep]); lon.append(x[keep])
        heights.append(truth[keep]); errors.append(error[keep])
    time, lat, lon = (np.concatenate(v) for v in (time, lat, lon))
    track = np.concatenate(heights).astype(np.float32)
    maps = (np.concatenate(heights) + np.concatenate(errors)).astype(np.float32)
    maps[1000] = np.nan  # one point without a map: no pause of more than 4 s
    for name, values in (("time", time), ("lat", lat), ("lon", lon), ("track", track), ("map", maps)):
        kind = "<f4" if values.dtype == np.float32 else "<f8"
        data = gzip.compress(values.astype(kind).tobytes(), 9, mtime=0)
        (folder / f"box_track_{name}.{kind[1:]}.gz").write_bytes(data)
    track, maps = track.astype(float), maps.astype(float)
    valid = np.isfinite(track + maps)
    time, lat, lon, track, maps = (v[valid] for v in (time, lat, lon, track, maps))
    count = int(500 / SPACING_KM)
    step = int(0.25 * count)

    def box(south, north, west, east):
        inside = (lat >= south) & (lat <= north) & (lon >= west) & (lon <= east)
        # a run ends where the next sample lies outside, or comes more than 4 s later
        follows = np.r_[False, inside[1:] & inside[:-1] & (np.diff(time) * 86400 <= 4 + 1e-5)]
        runs = np.split(np.arange(len(time)), np.flatnonzero(~follows)[1:] if not follows[0] else [])
        pieces, passes = [], 0
        for run in runs:
            run = run[inside[run]]
            first = [run[i : i + count] for i in range(0, len(run) - count + 1, step)]
            passes += bool(first)
            pieces += first
        if passes < 20:
            return {"passCount": passes, "segmentCount": len(pieces), "wavelength": None, "unresolved": "too-few-pieces"}
        options = dict(fs=1 / SPACING_KM, nperseg=count, noverlap=0, window="hann", detrend="constant")
        k, psd_t = scipy.signal.welch(np.concatenate([track[p] for p in pieces]), **options)
        _, psd_e = scipy.signal.welch(np.concatenate([(maps - track)[p] for p in pieces]), **options)
        wavelength, unresolved = crossing(1 / k[1:], 1 - psd_e[1:] / psd_t[1:])
        return {
            "passCount": passes,
            "segmentCount": len(pieces),
            "wavelength": wavelength,
            "unresolved": unresolved,
            "trackPsd": psd_t[1:].tolist(),
            "errorPsd": psd_e[1:].tolist(),
        }

    souths, wests = area["south"] + starts(7.0, 5.0), area["west"] + starts(8.0, 5.0)
    sums = {}
    size = 1
    rows, columns = np.minimum((lat - 35) // size, 6).astype(int), np.minimum((lon + 62) // size, 7).astype(int)
    for name, values in (("count", np.ones_like(lat)), ("squaredError", (maps - track) ** 2), ("squaredReference", track**2)):
        sums[name] = [[float(values[(rows == y) & (columns == x)].sum()) for x in range(8)] for y in range(7)]
    return {
        "area": area,
        "pointCount": len(valid),
        "boxLatDeg": (souths + 2.5).tolist(),
        "boxLonDeg": (wests + 2.5).tolist(),
        "boxes": [box(s, s + 5, w, w + 5) for s in souths for w in wests],
        "whole": box(35.0, 42.0, -62.0, -54.0),
        "rmseSizeDeg": size,
        "sums": sums,
    }


def experiment():
    """How boxes of a homogeneous sea scatter, and how λ depends on the size of the box. 42 days, 10° × 10°, step 0.1°."""
    random = np.random.default_rng(7)
    step, n, days = 0.1, 100, 42
    lat = 38 + step * np.arange(n)
    print("| error from | area, pieces of 10° | area, pieces of 5° | boxes of 5° | boxes of 4° | λt: area | λt: boxes of 5° |")
    print("|---|---|---|---|---|---|---|")
    for cut in (0.8, 1.2, 1.6, 2.2):
        found = {name: [] for name in ("10", "5", "box5", "box4", "t", "tbox")}
        for _ in range(8):
            r = red(random, (n, n), step, None, days)
            e = red(random, (n, n), step, cut, days)

            def psd(field, y, x, size):
                piece = field[:, y[0] : y[1] : 3, x : x + size]
                return scipy.signal.periodogram(piece, fs=1 / step, window="hann", detrend="constant")[1].sum((0, 1))

            def score(y, xs, size):
                error, truth = (sum(psd(f, y, x, size) for x in xs) for f in (e, r))
                last = (size - 1) // 2
                return crossing(size * step / np.arange(1, last + 1), (1 - error[1:] / truth[1:])[:last])[0]

            def in_time(y, x, size):
                cut_out = np.s_[:, y : y + size : 3, x : x + size : 3]
                power = lambda f: scipy.signal.periodogram(f[cut_out], window="hann", detrend="constant", axis=0)[1].sum((1, 2))
                return crossing(days / np.arange(1, 21), (1 - power(e)[1:] / power(r)[1:])[:20])[0]

            found["10"].append(score((0, n), [0], n))
            found["5"].append(score((0, n), [0, 25, 50], 50))
            found["box5"] += [score((y, y + 50), [x], 50) for y in (0, 25, 50) for x in (0, 25, 50)]
            found["box4"] += [score((y, y + 40), [x], 40) for y in (0, 20, 40, 60) for x in (0, 20, 40, 60)]
            found["t"].append(in_time(0, 0, n))
            found["tbox"] += [in_time(y, x, 50) for y in (0, 25, 50) for x in (0, 25, 50)]

        def text(name):
            values = [v for v in found[name] if v is not None]
            share = "" if len(values) == len(found[name]) else f" ({len(values) / len(found[name]):.0%} resolved)"
            return f"{np.mean(values):.2f} ± {np.std(values):.2f}{share}" if values else "none"

        print(f"| {cut}° | " + " | ".join(text(name) for name in found) + " |", flush=True)
    tracks(random)


def tracks(random):
    """The scatter along a track: independent segments of 500 km, an error of half the power at 150 km."""
    count = int(500 / SPACING_KM)
    k = np.fft.rfftfreq(4 * count, SPACING_KM)
    amplitude = (1 + (500 * k) ** 2) ** -1.1
    error_amplitude = amplitude / np.sqrt(1 + (1 / np.maximum(150 * k, 1e-9)) ** 4)
    print("\n| passes | λ of boxes along a track, km |\n|---|---|")
    for passes in (10, 20, 30, 60, 150):
        found = []
        for _ in range(300):
            def psd(shape):
                noise = np.fft.rfft(random.standard_normal((passes, 4 * count)))
                signal = np.fft.irfft(noise * shape)[:, :count]
                return scipy.signal.periodogram(signal, fs=1 / SPACING_KM, window="hann", detrend="constant")[1].mean(0)
            score = 1 - psd(error_amplitude)[1:] / psd(amplitude)[1:]
            found.append(crossing(count * SPACING_KM / np.arange(1, len(score) + 1), score)[0])
        values = [v for v in found if v is not None]
        print(f"| {passes} | {np.mean(values):.0f} ± {np.std(values):.0f} ({len(values) / len(found):.0%} resolved) |", flush=True)


if sys.argv[1] == "--experiment":
    experiment()
else:
    folder = pathlib.Path(sys.argv[1])
    random = np.random.default_rng(29)
    cases = {"zonal": zonal_case(random, folder), "track": track_case(random, folder)}
    (folder / "box_resolution.json").write_text(json.dumps(cases) + "\n")
    for case in cases.values():
        for box in case["boxes"]:
            print({key: value for key, value in box.items() if "Psd" not in key})
