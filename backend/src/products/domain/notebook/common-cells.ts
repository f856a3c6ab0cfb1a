import { SCORE_KEYS, SCORE_TABLE } from '@sillage/contracts';
import { code, markdown, type Cell } from './cell.js';

/** What a notebook is about; goes into its first cells. */
export type NotebookSubject = {
  platformUrl: string;
  submissionId: string;
  evaluationId: string;
  area: string;
  scenario: string;
  /** Free text of the author. */
  method: string;
  author: string;
  challengeName: string;
  datasetVersion: string;
  protocol: string;
};

/** The tolerance that the proof states; see `proof` cells. */
const TOLERANCE = '1e-6';

export function openingCells(subject: NotebookSubject): Cell[] {
  const { platformUrl, submissionId, evaluationId, area, scenario } = subject;
  return [
    markdown(
      'title',
      `
# ${plain(subject.method)}: the published score, computed again

**${plain(subject.author)}** · ${plain(subject.challengeName)} · ${area} × ${scenario} · protocol \`${subject.protocol}\` · dataset ${subject.datasetVersion}
· [the submission](${platformUrl}/submissions/${submissionId})

This notebook downloads what is public, computes the scores from their formulas in a few lines of numpy, draws what a scientist looks at, and in
its last cell **asserts that the numbers are the published ones**. None of the platform's own code runs here. Change what you like and
look at what it does to the score.

**You need** Python 3 with numpy, scipy, xarray, netCDF4 and matplotlib. On Debian:

\`\`\`sh
sudo apt-get install jupyter-notebook python3-numpy python3-scipy python3-xarray python3-netcdf4 python3-matplotlib
\`\`\`
`,
    ),
    code(
      'settings',
      `
import hashlib, json, os, pathlib
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import contourpy  # comes with matplotlib
import matplotlib.pyplot as plt
import numpy as np
import scipy.signal
import xarray as xr

URL = os.environ.get("SILLAGE_URL", ${JSON.stringify(platformUrl)})
TOKEN = os.environ.get("SILLAGE_TOKEN", "")  # only for what is not public yet
SUBMISSION = "${submissionId}"
EVALUATION = "${evaluationId}"
TOLERANCE = ${TOLERANCE}  # of every score: absolute for µ and σ, relative for λ and the RMSE
WORK = pathlib.Path(os.environ.get("SILLAGE_WORK", f"sillage-{EVALUATION[:8]}")).resolve()
WORK.mkdir(parents=True, exist_ok=True)
`,
    ),
    markdown(
      'download-text',
      `
## 1. Download

Everything comes with its SHA-256, and is checked. A reconstruction is the file as it was submitted. Weights of a network stay with
their author, and so does a file as long as its author is not named: then it is the map as the platform scored it (\`scored.nc\`).
`,
    ),
    code(
      'download',
      `
def ask(path):
    """GET of one address. When the platform refuses, its own words are the error."""
    sign = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    try:
        return urlopen(Request(urljoin(URL, path), headers=sign), timeout=300)
    except HTTPError as refusal:
        raise RuntimeError(f"{path}: {refusal.code} {refusal.read().decode()}") from None


def fetch(path, name, sha256):
    """A file in WORK, downloaded once, and the file that the platform meant."""
    place = WORK / name
    if not place.exists():
        place.write_bytes(ask(path).read())
    found = hashlib.sha256(place.read_bytes()).hexdigest()
    assert found == sha256, f"{place} has the SHA-256 {found}, not {sha256}: delete it and run this cell again"
    print(f"{place.stat().st_size / 1e6:7.2f} MB  {name}")
    return place


submission = json.load(ask(f"/api/submissions/{SUBMISSION}"))
evaluation = next(one for one in submission["evaluations"] if one["id"] == EVALUATION)
challenge = json.load(ask(f"/api/challenges/{submission['challenge']}"))
published, area = evaluation["scores"], evaluation["area"]
assert challenge["datasetVersion"] == evaluation["datasetVersion"], (
    f"the challenge has moved on to dataset {challenge['datasetVersion']}; this score is of {evaluation['datasetVersion']}"
)
box = next(one["scoredBox"] for one in challenge["areas"] if one["id"] == area)
period = challenge["periods"]["evaluation"]

wanted = "evaluation-track" if evaluation["protocol"].startswith("ose") else "truth"
reference_file = next(
    one for one in challenge["files"]
    if one["role"] == wanted and one["area"] == area and one.get("scenario", evaluation["scenario"]) == evaluation["scenario"]
)
reference_path = fetch(reference_file["url"], reference_file["path"], reference_file["sha256"])

scored_file = next((one for one in evaluation["artefacts"] if one["name"] == "scored.nc"), None)
assert scored_file, "scored.nc is not made yet: it follows the score within minutes; run this cell again then"
scored_path = fetch(scored_file["url"], "scored.nc", scored_file["sha256"])
submitted_path = None
if submission["form"] == "map" and submission["visibility"]["kind"] != "anonymous":
    file = submission["file"]
    name = "submitted-" + "".join(c if c.isalnum() or c in "._-" else "-" for c in file["name"])
    submitted_path = fetch(f"/api/submissions/{SUBMISSION}/file", name, file["sha256"])
`,
    ),
    markdown(
      'read-text',
      `
## 2. Read

Heights in metres, dimensions time, latitude, longitude, both ascending, longitudes from −180° to 180°, times in days since 1950-01-01.
`,
    ),
    code(
      'read-functions',
      `
METRES = {"m": 1, "metre": 1, "metres": 1, "meter": 1, "meters": 1, "cm": 0.01, "mm": 0.001, "km": 1000}
NAMES = {"time": ("time", "t"), "lat": ("lat", "latitude", "nav_lat", "y"), "lon": ("lon", "longitude", "nav_lon", "x")}


def days_since_1950(times):
    return (times.astype("datetime64[ns]") - np.datetime64("1950-01-01", "ns")) / np.timedelta64(1, "D")


def read_field(path, variable):
    """One height of a file, with the dimensions time, lat, lon as described above; nothing of it is loaded yet."""
    field = xr.open_dataset(path)[variable].squeeze(drop=True)
    renamed = {}
    for dimension in field.dims:
        meaning = [name for name, known in NAMES.items() if dimension.lower() in known]
        assert meaning and dimension in field.coords, f"no axis of its own for the dimension '{dimension}'"
        renamed[dimension] = meaning[0]
    field = field.rename({old: new for old, new in renamed.items() if old != new}).transpose("time", "lat", "lon")
    if float(field["lon"].max()) >= 180:
        field = field.assign_coords(lon=(field["lon"] + 180) % 360 - 180).sortby("lon")
    return field.sortby("lat"), METRES[field.attrs.get("units", "m").strip().lower()]


def crop(field, lat, lon, time, margin=0):
    """The nodes within closed intervals (degrees, days since 1950), and \`margin\` more on each side."""
    chosen = {}
    for name, axis, (first, last) in (
        ("lat", field["lat"].values, lat), ("lon", field["lon"].values, lon),
        ("time", days_since_1950(field["time"].values), time),
    ):
        start, end = np.searchsorted(axis, first - 1e-6), np.searchsorted(axis, last + 1e-6, "right")
        chosen[name] = slice(max(0, start - margin), end + margin)
    return field.isel(chosen).load()


def values_and_axes(field, metres):
    values = field.values if metres == 1 else field.values * metres
    return values, days_since_1950(field["time"].values), field["lat"].values.astype(float), field["lon"].values.astype(float)


first_day, last_day = (days_since_1950(np.datetime64(period[end])) for end in ("start", "end"))
scored_attributes = xr.open_dataset(scored_path).attrs
`,
    ),
  ];
}

/** How heights get from nodes to other places; used with the nodes of a truth and with the points of a track. */
export const INTERPOLATION_CODE = String.raw`
def even(axis):
    """An axis whose steps are equal to within 1e-6 is taken as start + i · step."""
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    return axis[0] + step * np.arange(len(axis)) if np.abs(np.diff(axis) - step).max() <= 1e-6 else axis


def bracket(axis, places):
    """For every place the node before it and the share of the next one; NaN outside. Within 1e-6 of a node is on it."""
    axis = even(axis)
    before = np.clip(np.searchsorted(axis, places, "right") - 1, 0, len(axis) - 2)
    share = (places - axis[before]) / (axis[before + 1] - axis[before])
    share[np.abs(places - axis[before]) <= 1e-6] = 0
    share[np.abs(places - axis[before + 1]) <= 1e-6] = 1
    share[(places < axis[0] - 1e-6) | (places > axis[-1] + 1e-6)] = np.nan
    return before, share


def blend(one, other, share):
    """(1 − share) · one + share · other; a missing value counts only where it has a weight."""
    return np.where(share == 0, one, np.where(share == 1, other, (1 - share) * one + share * other))
`;

const UNITS = Object.fromEntries(
  SCORE_KEYS.flatMap((key) => {
    const { unit } = SCORE_TABLE[key];
    return unit === '' ? [] : [[key, unit]];
  }),
);

export function proofCells(): Cell[] {
  return [
    markdown(
      'proof-text',
      `
## The proof

Each score is compared with the published one. Differences are those of rounding: the platform adds up in another order, and \`scored.nc\` holds float32.
`,
    ),
    code(
      'proof',
      `
UNITS = ${JSON.stringify(UNITS)}
off = []
for key, ours in recomputed.items():
    theirs = published[key]
    if ours is None or theirs is None:
        agrees, difference = ours is theirs, ""
    else:
        scale = 1 if key in ("mu", "sigma") else abs(theirs)
        agrees = bool(abs(ours - theirs) <= TOLERANCE * scale)
        difference = f"{abs(ours - theirs):.1e}"
    print(f"{'✓' if agrees else '✗'} {key:12} here {ours!s:24} published {theirs!s:24} {UNITS.get(key, ''):5} {difference}")
    if not agrees:
        off.append(key)

(WORK / "recomputed.json").write_text(json.dumps({"submission": SUBMISSION, "evaluation": EVALUATION, "scores": recomputed}))
assert not off, f"these are not the published scores: {', '.join(off)}"
print(f"\\nThe published scores of {submission['card']['name']} are confirmed to {TOLERANCE:g}.")
`,
    ),
  ];
}

/** Text of an author as text of a notebook: no markup, one line. */
export function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|$~&]/g, String.raw`\$&`);
}
