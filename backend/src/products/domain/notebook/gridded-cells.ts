import { code, markdown, type Cell } from './cell.js';
import { INTERPOLATION_CODE } from './common-cells.js';

/** Scores against a gridded truth: `osse-2020a` and `osse-natl`. */
export function griddedCells(): Cell[] {
  return [
    code(
      'read-truth',
      String.raw`
truth_variable = reference_file.get("variable") or next(
    name for name in ("sossheig", "ssh", "gssh", "zos", "adt") if name in xr.open_dataset(reference_path)
)
truth_field, metres = read_field(reference_path, truth_variable)
truth_field = crop(truth_field, (box["south"], box["north"]), (box["west"], box["east"]), (first_day, last_day + 0.9999))
if len(np.unique(truth_field["time"].values.astype("datetime64[D]"))) < truth_field.sizes["time"]:
    truth_field = truth_field.resample(time="1D").mean()  # hourly or so: the protocol scores daily means, stamped 00:00
truth, time, lat, lon = values_and_axes(truth_field, metres)
dates = np.datetime64("1950-01-01T00", "h") + np.round(24 * time).astype(int)
print(f"truth: {len(time)} days × {len(lat)} latitudes × {len(lon)} longitudes, {np.isfinite(truth[0]).mean():.1%} of the nodes are sea")
`,
    ),
    markdown(
      'regrid-text',
      String.raw`
## 3. Onto the nodes of the truth

A reconstruction may have any grid. It is interpolated linearly in time, latitude and longitude, never extrapolated. If its nodes are
those of the truth (to 1e-6), they are taken as they are.
`,
    ),
    code(
      'regrid',
      `${INTERPOLATION_CODE.trim()}

${String.raw`
def along(values, axis_number, axis, places):
    """Linear interpolation along one dimension."""
    before, share = bracket(axis, places)
    if np.isin(share, (0, 1)).all():  # every place is a node
        return np.take(values, before + share.astype(int), axis_number)
    share = share.reshape([-1 if number == axis_number else 1 for number in range(3)])
    return blend(np.take(values, before, axis_number).astype(float), np.take(values, before + 1, axis_number).astype(float), share)


def onto_truth(field, metres):
    values, own_time, own_lat, own_lon = values_and_axes(field, metres)
    for axis_number, (own, wanted) in enumerate(((own_time, time), (own_lat, lat), (own_lon, lon))):
        values = along(values, axis_number, own, wanted)
    return values


as_scored = onto_truth(*read_field(scored_path, "ssh"))  # has these nodes: nothing is interpolated
reconstruction = as_scored
if submitted_path is not None:
    try:
        submitted, metres = read_field(submitted_path, scored_attributes["origin_variable"])
    except (AssertionError, KeyError, ValueError) as reason:
        print(f"This file needs more than these few lines to be read ({reason}): the map of scored.nc is taken.")
    else:
        submitted = crop(submitted, (lat[0], lat[-1]), (lon[0], lon[-1]), (time[0], time[-1]), margin=1)
        reconstruction = onto_truth(submitted, metres)
        difference = np.abs(reconstruction - as_scored)[np.isfinite(truth)].max()
        print(f"submitted: {' × '.join(map(str, submitted.shape))} nodes; interpolated here and by the platform: {difference:.1e} m apart at most")
        assert difference < 1e-6, "scored.nc holds another map than the one that was submitted"

missing = np.isnan(reconstruction) & np.isfinite(truth)
assert not missing.any(), f"{missing.sum()} values are missing where the truth has one"
error = reconstruction - truth  # metres; NaN on land
`.trim()}`,
    ),
    markdown(
      'rmse-text',
      String.raw`
## 4. Errors in space and time: µ and σ

With $m$ the reconstruction and $r$ the truth, over days $t$ and nodes $x, y$ where the truth has a value:

$$ S(t) = 1 - \frac{\sqrt{\overline{(m-r)^2}^{\,xy}}}{\sqrt{\overline{r^2}^{\,xy}}} \qquad
\mu = 1 - \frac{\sqrt{\overline{(m-r)^2}^{\,txy}}}{\sqrt{\overline{r^2}^{\,txy}}} \qquad
\sigma = \mathrm{std}_t\, S(t) $$

µ is one ratio over everything, **not** the mean of $S(t)$. The truth is not centred: the mean height counts.
`,
    ),
    code(
      'rmse',
      String.raw`
def rms(values, axis=None):
    return np.sqrt(np.nanmean(values.astype(float) ** 2, axis=axis))


daily_rmse = rms(error, (1, 2))  # m
daily_score = 1 - daily_rmse / rms(truth, (1, 2))
recomputed = {
    "mu": float(1 - rms(error) / rms(truth)),
    "sigma": float(np.std(daily_score)),  # population standard deviation
    "rmseM": float(rms(error)),
}
print(f"µ = {recomputed['mu']:.6f}, σ = {recomputed['sigma']:.6f}, RMSE = {100 * recomputed['rmseM']:.3f} cm")
`,
    ),
    code(
      'draw-rmse',
      String.raw`
figure, axes = plt.subplots(2, 1, figsize=(9, 5), sharex=True, layout="constrained")
axes[0].plot(dates, daily_score, color="tab:blue")
axes[0].axhline(recomputed["mu"], color="gray", linestyle="--", label=f"µ = {recomputed['mu']:.3f}")
axes[0].fill_between(dates, daily_score.mean() - recomputed["sigma"], daily_score.mean() + recomputed["sigma"], alpha=0.15,
                     label=f"mean of the days ± σ = {recomputed['sigma']:.3f}")
axes[0].set(ylabel="RMSE score S(t)")
axes[0].legend()
axes[1].plot(dates, 100 * daily_rmse, color="tab:red")
axes[1].set(ylabel="RMSE (cm)", ylim=(0, None))
figure.suptitle(f"{submission['card']['name']}, {area} × {evaluation['scenario']}")
figure.autofmt_xdate()
`,
    ),
    code(
      'draw-maps',
      String.raw`
worst = int(np.nanargmax(daily_rmse))
heights = {"vmin": np.nanmin(truth[worst]), "vmax": np.nanmax(truth[worst]), "cmap": "viridis"}
largest = np.nanpercentile(np.abs(error), 99)
panels = (
    ("truth", truth[worst], heights, "height (m)"),
    ("reconstruction", np.where(np.isfinite(truth[worst]), reconstruction[worst], np.nan), heights, "height (m)"),
    ("reconstruction − truth", error[worst], {"vmin": -largest, "vmax": largest, "cmap": "RdBu_r"}, "error (m)"),
    ("RMSE over all days", rms(error, 0), {"vmin": 0, "cmap": "inferno"}, "RMSE (m)"),
)
figure, axes = plt.subplots(2, 2, figsize=(11, 8), sharex=True, sharey=True, layout="constrained")
for axis, (title, field, colours, label) in zip(axes.flat, panels):
    image = axis.pcolormesh(lon, lat, field, shading="nearest", **colours)
    axis.set(title=title, xlabel="longitude (°)", ylabel="latitude (°)", aspect=1 / np.cos(np.deg2rad(lat.mean())))
    axis.label_outer()
    figure.colorbar(image, ax=axis, label=label)
figure.suptitle(f"{dates[worst].astype('datetime64[D]')}, the day with the largest error");
`,
    ),
    markdown(
      'spectrum-text',
      String.raw`
## 5. Which scales are resolved: λx and λt

For every latitude row of a field, over days and longitudes: subtract the mean, multiply by a periodic Hann window in both dimensions, transform. With $P$
the mean of the power over the rows, and only for positive frequency **and** positive wavenumber (the other quadrant holds waves that move the other way):

$$ \mathrm{PSD\ score}(f_t, f_x) = 1 - \frac{P_{m-r}(f_t, f_x)}{P_r(f_t, f_x)} $$

1 is perfect; at 0.5 the error has half the power of the truth. λx and λt are the smallest wavelength and the smallest period **on the first contour line at 0.5**,
in the order in which matplotlib's classic algorithm finds them.

Land: under ${'`osse-2020a`'} a row with a missing value drops out. Under ${'`osse-natl`'}, where every row meets a coast, both fields are 0 m where the truth has no value.
`,
    ),
    code(
      'spectrum',
      String.raw`
def mean_power(field):
    """Mean over complete rows of |FFT2|², quadrant f > 0, k > 0, without Nyquist; [frequency, wavenumber], m²."""
    count_time, count_lon = field.shape[0], field.shape[2]
    window = np.outer(scipy.signal.windows.hann(count_time, sym=False), scipy.signal.windows.hann(count_lon, sym=False))
    total, rows = 0, 0
    for row in np.moveaxis(field, 1, 0):
        if np.isnan(row).any():
            continue
        transformed = np.fft.fft2((row - row.mean()) * window)
        total = total + np.abs(transformed[1:(count_time - 1) // 2 + 1, 1:(count_lon - 1) // 2 + 1]) ** 2
        rows += 1
    assert rows > 0, "no latitude row is complete: this protocol has no spectrum here"
    return total / rows


land = np.isnan(truth)
if evaluation["protocol"] == "osse-natl":
    error_power, truth_power = mean_power(np.where(land, 0, error).astype(error.dtype)), mean_power(np.where(land, 0, truth).astype(truth.dtype))
else:
    error_power, truth_power = mean_power(error), mean_power(truth)

day_step, lon_step = (time[-1] - time[0]) / (len(time) - 1), (lon[-1] - lon[0]) / (len(lon) - 1)
frequency = np.arange(1, error_power.shape[0] + 1) / (len(time) * day_step)  # 1/day
wavenumber = np.arange(1, error_power.shape[1] + 1) / (len(lon) * lon_step)  # 1/° of longitude
psd_score = 1 - error_power / truth_power

lines, _ = contourpy.contour_generator(1 / wavenumber, 1 / frequency, psd_score, name="mpl2014").lines(0.5)
is_identical = not np.nanmax(np.abs(error)) > 0
recomputed["lambdaXDeg"] = float(lines[0][:, 0].min()) if lines and not is_identical else None  # no line: nothing to read off
recomputed["lambdaTDays"] = float(lines[0][:, 1].min()) if lines and not is_identical else None
print("λx = {lambdaXDeg} °, λt = {lambdaTDays} days".format(**recomputed))
`,
    ),
    code(
      'draw-psd-score',
      String.raw`
figure, axis = plt.subplots(figsize=(7.5, 5.5), layout="constrained")
image = axis.pcolormesh(1 / wavenumber, 1 / frequency, psd_score, vmin=0, vmax=1, cmap="viridis", shading="nearest")
figure.colorbar(image, ax=axis, label="PSD score", extend="min")
if lines:
    axis.plot(*lines[0].T, color="white", linewidth=2, label="0.5")
if recomputed["lambdaXDeg"] is not None:
    axis.axvline(recomputed["lambdaXDeg"], color="white", linestyle=":", label=f"λx = {recomputed['lambdaXDeg']:.2f}°")
    axis.axhline(recomputed["lambdaTDays"], color="white", linestyle="--", label=f"λt = {recomputed['lambdaTDays']:.1f} days")
    axis.legend(loc="upper right", facecolor="dimgray", labelcolor="white")
axis.set(xscale="log", yscale="log", xlabel="wavelength (° of longitude)", ylabel="period (days)", title=submission["card"]["name"])
for of_axis, lengths in ((axis.xaxis, 1 / wavenumber), (axis.yaxis, 1 / frequency)):
    round_lengths = [length for length in (100, 50, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1) if lengths.min() <= length <= lengths.max()]
    of_axis.set_ticks(round_lengths, [f"{length:g}" for length in round_lengths])
    of_axis.set_ticks([], minor=True)
axis.invert_xaxis()
axis.invert_yaxis();
`,
    ),
    code(
      'draw-spectra',
      String.raw`
kilometres = 111.195 * np.cos(np.deg2rad(lat.mean())) / wavenumber  # at the middle latitude
bin_area = 1 / (len(time) * len(lon))  # every factor that does not depend on the scale cancels in a score
figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for power, label in ((truth_power, "truth"), (error_power, "error")):
    axes[0].loglog(kilometres, power.sum(axis=0) * bin_area, label=label)
axes[0].set(xlabel=f"zonal wavelength at {lat.mean():.0f}°N (km)", ylabel="power, summed over periods (m², one sign)")
axes[0].legend()
axes[1].semilogx(kilometres, 1 - error_power.sum(axis=0) / truth_power.sum(axis=0), color="tab:green")
axes[1].axhline(0.5, color="gray", linestyle="--")
axes[1].set(xlabel=f"zonal wavelength at {lat.mean():.0f}°N (km)", ylabel="1 − error/truth, over all periods", ylim=(-0.2, 1.02))
for axis in axes:
    axis.invert_xaxis()
`,
    ),
  ];
}
