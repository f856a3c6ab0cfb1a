"""Golden values of the physics columns (packages/science/src/physics), by numpy and scipy alone.

Written from the formulas in docs/scores/board.md: derivatives by array slices with NaN on land, spectra by
scipy.signal.periodogram of each piece, slopes by numpy.polyfit.

    python3 tools/golden/physics.py packages/science/test/golden

Written with Python 3.11, numpy 2.4.6 and scipy 1.17.1.
"""

import gzip
import json
import pathlib
import sys

import numpy as np
import scipy.signal

R, G, OMEGA = 6371000.0, 9.81, 7.292115e-5
PIECE_DEG, ROW_DEG, RANGE_KM = 10.0, 0.25, (70.0, 250.0)


def red_field(random, shape, slope):
    """Periodic noise whose power falls as wavenumber^slope in both horizontal directions; smooth in time."""
    t, y, x = shape
    ky = np.fft.fftfreq(y)[:, None] * 30
    kx = np.fft.fftfreq(x)[None, :] * 30
    k = np.hypot(np.hypot(kx, ky), 0.3)
    days = np.cumsum(random.standard_normal((t, y, x)), axis=0)
    return np.fft.ifft2(np.fft.fft2(days) * k ** ((slope - 1) / 2)).real * 1.5


def derivative_sums(field, lat, dlat, dlon):
    phi = np.deg2rad(lat)[None, 1:-1, None]
    dl, dp = np.deg2rad(dlon), np.deg2rad(dlat)
    c = field[:, 1:-1, 1:-1]
    e, w = field[:, 1:-1, 2:], field[:, 1:-1, :-2]
    n, s = field[:, 2:, 1:-1], field[:, :-2, 1:-1]
    gradient = np.hypot((e - w) / (2 * R * np.cos(phi) * dl), (n - s) / (2 * R * dp))
    flux = np.cos(phi + dp / 2) * (n - c) - np.cos(phi - dp / 2) * (c - s)
    laplacian = (e + w - 2 * c) / (R * np.cos(phi) * dl) ** 2 + flux / (R**2 * np.cos(phi) * dp**2)
    vorticity = G / (2 * OMEGA * np.sin(phi)) * laplacian
    complete = np.isfinite(laplacian) & np.isfinite(gradient)
    return gradient, vorticity, complete


def pieces(missing, count):
    starts, x = [], 0
    while x < len(missing):
        end = x
        while end < len(missing) and not missing[end]:
            end += 1
        number = (end - x) // count
        slack = end - x - number * count
        starts += [x + i * count + int(np.floor(slack * (i + 0.5) / number + 0.5)) for i in range(number)]
        x = max(end, x) + 1
    return starts


def spectra(m, r, lat, dlat, dlon):
    count = min(m.shape[2], round(PIECE_DEG / dlon))
    step = max(1, round(ROW_DEG / dlat))
    total_m = total_r = 0
    kilometres = []
    for row in range(0, len(lat), step):
        missing = np.isnan(m[:, row] + r[:, row]).any(axis=0)
        for start in pieces(missing, count):
            options = dict(fs=1 / dlon, window="hann", detrend="linear", scaling="density")
            cut = np.s_[:, row, start : start + count]
            k, psd_m = scipy.signal.periodogram(m[cut], **options)
            _, psd_r = scipy.signal.periodogram(r[cut], **options)
            total_m = total_m + psd_m.mean(axis=0)
            total_r = total_r + psd_r.mean(axis=0)
            kilometres.append(np.deg2rad(1) * R / 1000 * np.cos(np.deg2rad(lat[row])))
    last = (count - 1) // 2
    wavelength = np.mean(kilometres) / k[1 : last + 1]
    inside = (wavelength >= RANGE_KM[0]) & (wavelength <= RANGE_KM[1])
    slope = lambda psd: np.polyfit(-np.log(wavelength[inside]), np.log(psd[1 : last + 1][inside]), 1)[0]
    return {
        "pieceCount": len(kilometres),
        "spectralSlope": slope(total_m),
        "referenceSpectralSlope": slope(total_r),
        "slopeWavelengthsKm": [wavelength[inside].min(), wavelength[inside].max()],
        "referencePsd": (total_r[1 : last + 1] / len(kilometres)).tolist(),
    }


def main(folder):
    random = np.random.default_rng(20)
    days = np.arange(22940.0, 22946.0)
    lat = 3 + 0.25 * np.arange(44)  # both sides of the 5° that vorticity stays away from
    lon = -70 + 0.25 * np.arange(64)
    shape = (len(days), len(lat), len(lon))
    reference = (red_field(random, shape, -5) + 0.4).astype(np.float32)
    smooth = np.copy(reference)
    smooth[:, :, 1:-1] = 0.25 * reference[:, :, :-2] + 0.5 * reference[:, :, 1:-1] + 0.25 * reference[:, :, 2:]
    reconstruction = (smooth + 0.002 * random.standard_normal(shape)).astype(np.float32)
    reference[:, 30:40, 50:] = np.nan
    reference[:, 5, 7] = np.nan
    reference[2, 20, 33] = np.nan  # missing on one day only
    m, r = reconstruction.astype(float), reference.astype(float)
    (gm, zm, cm), (gr, zr, cr) = (derivative_sums(f, lat, 0.25, 0.25) for f in (m, r))
    complete = cm & cr
    off_equator = complete & (np.abs(lat) >= 5)[None, 1:-1, None]
    both = np.isfinite(m + r)
    rms = lambda values, where: np.sqrt(np.mean(values[where] ** 2))
    expected = {
        "varianceRatio": np.var(m[both]) / np.var(r[both]),
        "gradientRatio": rms(gm, complete) / rms(gr, complete),
        "vorticityRatio": rms(zm, off_equator) / rms(zr, off_equator),
        "gradientPointCount": int(complete.sum()),
        "vorticityPointCount": int(off_equator.sum()),
        "referenceGradientRms": rms(gr, complete),
        "referenceVorticityRms": rms(zr, off_equator),
        **spectra(m, r, lat, 0.25, 0.25),
    }
    grid = {"timeDays": days.tolist(), "latDeg": lat.tolist(), "lonDeg": lon.tolist()}
    (folder / "physics.json").write_text(json.dumps({"grid": grid, "expected": expected}) + "\n")
    for name, values in (("ref", reference), ("rec", reconstruction)):
        data = gzip.compress(values.astype("<f4").tobytes(), 9, mtime=0)
        (folder / f"physics_{name}.f32.gz").write_bytes(data)
    print(json.dumps({key: value for key, value in expected.items() if key != "referencePsd"}, indent=1))


main(pathlib.Path(sys.argv[1]))
