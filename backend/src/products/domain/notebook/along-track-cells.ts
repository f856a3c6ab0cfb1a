import { code, markdown, type Cell } from './cell.js';
import { INTERPOLATION_CODE } from './common-cells.js';

/** Scores along the track of a withheld altimeter: `ose-2021a` and `ose-along-track`. */
export function alongTrackCells(): Cell[] {
  return [
    code(
      'read-track',
      String.raw`
INSET = 0.25  # °: points count that far inside the scored box
track_file = xr.open_dataset(reference_path)
name_of = {key: next(name for name in names if name in track_file.variables) for key, names in (("lat", NAMES["lat"]), ("lon", NAMES["lon"]))}
if "sla_unfiltered" in track_file:  # the layout of the 2021a challenge
    height = track_file["sla_unfiltered"].astype(float) + track_file["mdt"].astype(float) - track_file["lwe"].astype(float)
else:
    height = track_file[reference_file.get("variable") or ("ssh_obs" if "ssh_obs" in track_file else "ssh_model")].astype(float)
track_time = days_since_1950(track_file["time"].values)
track_lat, track_lon = track_file[name_of["lat"]].values.astype(float), (track_file[name_of["lon"]].values.astype(float) + 180) % 360 - 180
counts = (
    (track_lat >= box["south"] + INSET) & (track_lat <= box["north"] - INSET)
    & (track_lon >= box["west"] + INSET) & (track_lon <= box["east"] - INSET)
    & (track_time >= first_day) & (track_time <= last_day) & np.isfinite(height.values)
)
order = np.argsort(track_time[counts], kind="stable")
track_time, track_lat, track_lon, track = (values[counts][order] for values in (track_time, track_lat, track_lon, height.values))
print(f"{len(track)} points of the withheld altimeter count")
`,
    ),
    markdown(
      'interpolate-text',
      String.raw`
## 3. Onto the track

The maps are interpolated linearly in time, latitude and longitude to the points that the withheld altimeter measured, never extrapolated.
`,
    ),
    code(
      'interpolate',
      `${INTERPOLATION_CODE.trim()}

${String.raw`
def onto_track(field, metres):
    values, time, lat, lon = values_and_axes(field, metres)
    (t, in_time), (y, in_lat), (x, in_lon) = bracket(time, track_time), bracket(lat, track_lat), bracket(lon, track_lon)
    node = lambda after, north, east: values[t + after, y + north, x + east].astype(float)
    row = lambda after, north: blend(node(after, north, 0), node(after, north, 1), in_lon)
    map_of = lambda after: blend(row(after, 0), row(after, 1), in_lat)
    return blend(map_of(0), map_of(1), in_time)


source = "scored.nc"
field, metres = read_field(scored_path, "ssh")
if submitted_path is not None:
    try:
        field, metres = read_field(submitted_path, scored_attributes["origin_variable"])
        source = "the submitted file"
    except (AssertionError, KeyError, ValueError) as reason:
        print(f"This file needs more than these few lines to be read ({reason}): the map of scored.nc is taken.")
reconstruction = onto_track(field.load(), metres)
missing = np.isnan(reconstruction)
assert not missing.any(), f"{missing.sum()} points of the track lie where {source} has no value"
error = reconstruction - track  # metres
`.trim()}`,
    ),
    markdown(
      'rmse-text',
      String.raw`
## 4. Errors by day: µ and σ

For each UTC day with at least 10 points, with $m$ the maps at the points and $r$ the track:

$$ S(t) = 1 - \frac{\sqrt{\overline{(m-r)^2}}}{\sqrt{\overline{r^2}}} \qquad \mu = \overline{S(t)}^{\,t} \qquad \sigma = \mathrm{std}_t\, S(t) $$

Here µ **is** the mean over the days; in the gridded protocols it is a ratio over everything.
`,
    ),
    code(
      'rmse',
      String.raw`
def rms(values):
    return np.sqrt(np.mean(values**2))


points = {day: np.floor(track_time) == day for day in np.unique(np.floor(track_time))}
days = [day for day, chosen in points.items() if chosen.sum() >= 10 and np.any(track[chosen] != 0)]
daily_rmse = np.array([rms(error[points[day]]) for day in days])
daily_score = 1 - daily_rmse / np.array([rms(track[points[day]]) for day in days])
recomputed = {"mu": float(daily_score.mean()), "sigma": float(daily_score.std()), "rmseM": float(rms(error))}
print(f"µ = {recomputed['mu']:.6f}, σ = {recomputed['sigma']:.6f}, RMSE = {100 * recomputed['rmseM']:.3f} cm, {len(days)} days")
`,
    ),
    code(
      'draw-rmse',
      String.raw`
dates = np.datetime64("1950-01-01") + np.array(days).astype(int)
figure, axes = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
axes[0].plot(dates, daily_score, ".-", label="S(t)")
axes[0].axhline(recomputed["mu"], color="gray", linestyle="--", label=f"µ = {recomputed['mu']:.3f}")
axes[0].set(ylabel="RMSE score S(t)")
axes[0].tick_params(axis="x", rotation=30)
axes[0].legend()
largest = np.percentile(np.abs(error), 99)
image = axes[1].scatter(track_lon, track_lat, c=error, s=2, cmap="RdBu_r", vmin=-largest, vmax=largest)
axes[1].set(xlabel="longitude (°)", ylabel="latitude (°)", aspect=1 / np.cos(np.deg2rad(track_lat.mean())))
figure.colorbar(image, ax=axes[1], label="map − track (m)")
figure.suptitle(f"{submission['card']['name']}, {area} × {evaluation['scenario']}");
`,
    ),
    markdown(
      'spectrum-text',
      String.raw`
## 5. Which scales are resolved: λx

The track is cut where more than 4 s are missing. Segments of 156 samples (1000 km of the altimeter's 6.39 km) start every 39 samples along each piece. Welch's method over the
segments gives the power spectral density of the track and of the error; the score is 1 − error/track, and λx the wavelength where it is 0.5.

${'`ose-2021a`'} repeats the challenge's code: a piece begins with the sample before its gap, what follows the last gap is not used, scores are sorted before one interpolates between them,
and λx is cut to whole km. ${'`ose-along-track`'} does not: whole pieces, the first fall through 0.5 from long to short wavelengths, no rounding.
`,
    ),
    code(
      'spectrum',
      String.raw`
SPACING = 6.77 * 0.9434  # km: ground speed times time between samples, of CryoSat-2
LENGTH = int(1000 / SPACING)  # samples
STEP = int(0.25 * LENGTH)
is_as_2021a = evaluation["protocol"] == "ose-2021a"

gaps = np.flatnonzero(np.diff(track_time) * 86400 > 4 + 1e-5)  # the last sample before each gap
if is_as_2021a:
    pieces = [(0 if number == 0 else gaps[number - 1], end, 1) for number, end in enumerate(gaps)]
else:
    ends = [*(gaps + 1), len(track_time)]
    pieces = [(0 if number == 0 else ends[number - 1], end, 0) for number, end in enumerate(ends)]
starts = [start for first, end, spare in pieces for start in range(first, end - LENGTH - spare + 1, STEP)]
assert starts, "no piece of the track is long enough for a segment"


def density(values):
    segments = np.concatenate([values[start:start + LENGTH] for start in starts])
    return scipy.signal.welch(segments, fs=1 / SPACING, nperseg=LENGTH, noverlap=0, window="hann", detrend="constant")


wavenumber, track_density = density(track)
_, error_density = density(error)
psd_score = 1 - error_density / track_density
with np.errstate(divide="ignore"):
    wavelength = 1 / wavenumber  # km, the first one is infinite

if is_as_2021a:
    by_score = np.argsort(psd_score)
    sorted_score, sorted_wavelength = psd_score[by_score], wavelength[by_score]
    above = np.searchsorted(sorted_score, 0.5, "right")
    if 0 < above < len(sorted_score):
        low, high = above - 1, above
        slope = (sorted_wavelength[high] - sorted_wavelength[low]) / (sorted_score[high] - sorted_score[low])
        value = sorted_wavelength[low] + slope * (0.5 - sorted_score[low])
        recomputed["lambdaXKm"] = float(int(value)) if np.isfinite(value) else None
    else:
        recomputed["lambdaXKm"] = None
else:
    score, falls = psd_score[1:], np.flatnonzero((psd_score[1:-1] >= 0.5) & (psd_score[2:] < 0.5))
    if len(falls):
        k = falls[0]
        share = (score[k] - 0.5) / (score[k] - score[k + 1])
        recomputed["lambdaXKm"] = float(wavelength[k + 1] + share * (wavelength[k + 2] - wavelength[k + 1]))
    else:
        recomputed["lambdaXKm"] = None
print(f"{len(starts)} segments, λx = {recomputed['lambdaXKm']} km")
`,
    ),
    code(
      'draw-spectra',
      String.raw`
figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
axes[0].loglog(wavelength[1:], track_density[1:], label="track")
axes[0].loglog(wavelength[1:], error_density[1:], label="map − track")
axes[0].set(xlabel="wavelength (km)", ylabel="power spectral density (m² per cycle/km)")
axes[0].legend()
axes[1].semilogx(wavelength[1:], psd_score[1:], color="tab:green")
axes[1].axhline(0.5, color="gray", linestyle="--")
if recomputed["lambdaXKm"] is not None:
    axes[1].axvline(recomputed["lambdaXKm"], color="black", linestyle=":", label=f"λx = {recomputed['lambdaXKm']:.0f} km")
    axes[1].legend()
axes[1].set(xlabel="wavelength (km)", ylabel="PSD score", ylim=(-0.2, 1.02))
for axis in axes:
    axis.invert_xaxis()
`,
    ),
  ];
}
