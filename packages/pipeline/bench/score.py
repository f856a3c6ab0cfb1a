"""The scores of osse-2020a with numpy, after the published formulas (docs/scores/osse-2020a.md): the other side of `bench:score`.

usage: score.py <reference.nc> <variable> <reconstruction.nc> <variable>
Prints one line of JSON: mu, sigma, lambda_x_deg, lambda_t_days and what the process took.
"""

import json
import resource
import sys

import contourpy
import numpy as np
import scipy.signal
import xarray as xr


def power(rows, window):
    """Power of rows, each less its mean over time and longitude: the quadrant of positive frequencies below Nyquist."""
    days, columns = rows.shape[0], rows.shape[2]
    total = 0.0
    for index in range(rows.shape[1]):
        row = rows[:, index, :]
        spectrum = np.fft.fft2((row - row.mean()) * window)
        total = total + np.abs(spectrum[1 : (days - 1) // 2 + 1, 1 : (columns - 1) // 2 + 1]) ** 2
    return total / rows.shape[1]


def main(reference_path, reference_name, reconstruction_path, reconstruction_name):
    with xr.open_dataset(reference_path) as dataset:
        reference = dataset[reference_name].load()
    with xr.open_dataset(reconstruction_path) as dataset:
        reconstruction = dataset[reconstruction_name].load()
    truth, error = reference.values, reconstruction.values - reference.values

    def rms(values, axis=None):
        return np.sqrt(np.mean(values.astype("f8") ** 2, axis=axis))

    daily = 1 - rms(error, (1, 2)) / rms(truth, (1, 2))
    days, _, columns = truth.shape
    hann = scipy.signal.windows.hann
    window = np.outer(hann(days, sym=False), hann(columns, sym=False))
    score = 1 - power(error, window) / power(truth, window)
    longitude = reference[reference.dims[2]].values
    wavelength = 1 / (np.arange(1, score.shape[1] + 1) / (columns * (longitude[1] - longitude[0])))
    period = 1 / (np.arange(1, score.shape[0] + 1) / days)
    lines, _ = contourpy.contour_generator(wavelength, period, score, name="mpl2014").lines(0.5)
    contour = lines[0] if len(lines) > 0 else np.full((1, 2), np.nan)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "mu": float(1 - rms(error) / rms(truth)),
        "sigma": float(daily.std()),
        "lambda_x_deg": float(contour[:, 0].min()),
        "lambda_t_days": float(contour[:, 1].min()),
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "peakMiB": usage.ru_maxrss / 1024,
    }


print(json.dumps(main(*sys.argv[1:])))
