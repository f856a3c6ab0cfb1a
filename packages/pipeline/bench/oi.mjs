/**
 * `npm run bench:oi`: what one `sillage oi` costs, from process start to exit, on this machine: 42 days of maps at 0.2° from
 * 71 days of observations of an analytic sea along the real orbits, KaRIn every 5 km. `npm run bench:oi -- gf natl` picks
 * areas. Prints a table; it is not a test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAlongTrackWriter, createSwathWriter } from '@sillage/netcdf';
import { acrossTrackKm, groundTrack, oceanMask, SATELLITES, SCENARIOS, swathLines } from '@sillage/ocean';
import { machineText, measureText, printTable } from './measure.mjs';

const FIRST_DAY = 22_926; // 2012-10-08, fourteen days before the first map
const DAY_COUNT = 70;
const POSTING_KM = 5;
const AREAS = {
  gf: { west: -66, east: -54, south: 32, north: 44 },
  natl: { west: -79, east: 7, south: 27, north: 65 },
};
const CASES = [
  { area: 'gf', scenario: 'nadir4', method: 'direct', targetSeconds: 20 },
  { area: 'gf', scenario: 'nadir4', method: 'lattice', targetSeconds: 20 },
  { area: 'gf', scenario: 'swot1-nadir4', method: 'lattice', targetSeconds: 60 },
  { area: 'natl', scenario: 'nadir4', method: 'lattice', targetSeconds: 240 },
  { area: 'natl', scenario: 'swot1-nadir4', method: 'lattice', targetSeconds: 240 },
];

/** Eddies of some 200 km that drift west, under smaller waves; metres. */
function heightOf(timeDays, latDeg, lonDeg) {
  const eddies = 0.3 * Math.sin(2.1 * lonDeg + timeDays / 12) * Math.cos(2.6 * latDeg + 0.3 * lonDeg);
  return 0.2 + eddies + 0.05 * Math.sin(5 * lonDeg - timeDays / 4 + 4 * latDeg);
}

/** Whether a place is sea, to a fifth of a degree. */
function seaOf({ west, east, south, north }) {
  const stepDeg = 0.2;
  const axis = (first, last) =>
    Float64Array.from(
      { length: Math.round((last - first) / stepDeg) + 1 },
      (_, index) => first + index * stepDeg,
    );
  const lonDeg = axis(west, east);
  const mask = oceanMask({ latDeg: axis(south, north), lonDeg });
  return (lat, lon) => {
    if (!(lat >= south && lat <= north && lon >= west && lon <= east)) return false;
    return (
      mask[Math.round((lat - south) / stepDeg) * lonDeg.length + Math.round((lon - west) / stepDeg)] === 1
    );
  };
}

async function writeTracks(path, box, scenario, isSea) {
  const satellites = SCENARIOS[scenario];
  const writer = await createAlongTrackWriter(path, { satellites, withErrors: false });
  for (let day = FIRST_DAY; day < FIRST_DAY + DAY_COUNT; day++) {
    const rows = satellites.flatMap((id, satelliteIndex) => {
      const track = groundTrack(SATELLITES[id], { startDays: day, endDays: day + 1, box });
      return Array.from(track.timeDays, (timeDays, index) => ({
        satelliteIndex,
        timeDays,
        latDeg: track.latDeg[index],
        lonDeg: track.lonDeg[index],
      })).filter(({ latDeg, lonDeg }) => isSea(latDeg, lonDeg));
    });
    rows.sort((a, b) => a.timeDays - b.timeDays);
    const column = (value) => Float64Array.from(rows, value);
    writer.append({
      timeDays: column((row) => row.timeDays),
      latDeg: column((row) => row.latDeg),
      lonDeg: column((row) => row.lonDeg),
      sshM: column((row) => heightOf(row.timeDays, row.latDeg, row.lonDeg)),
      satelliteIndex: Uint8Array.from(rows, (row) => row.satelliteIndex),
      cycle: new Int32Array(rows.length),
      track: new Int32Array(rows.length),
      alongTrackKm: new Float64Array(rows.length),
      modelIndex: new Float64Array(rows.length),
    });
  }
  await writer.finish();
}

async function writeSwath(path, box, isSea) {
  const writer = await createSwathWriter(path, {
    acrossTrackKm: acrossTrackKm(POSTING_KM),
    satellite: 'swot',
    withErrors: false,
    storage: { kind: 'compact', extent: box },
  });
  for (let day = FIRST_DAY; day < FIRST_DAY + DAY_COUNT; day++) {
    const lines = swathLines(SATELLITES.swot, {
      startDays: day,
      endDays: day + 1,
      box,
      postingKm: POSTING_KM,
    });
    const { timeDays, latDeg, lonDeg } = lines.track;
    const cellCount = lines.acrossTrackKm.length;
    writer.append({
      timeDays,
      latDeg: lines.latDeg,
      lonDeg: lines.lonDeg,
      sshM: lines.latDeg.map((lat, cell) => {
        const lon = lines.lonDeg[cell];
        return isSea(lat, lon) ? heightOf(timeDays[Math.floor(cell / cellCount)], lat, lon) : NaN;
      }),
      alongTrackKm: new Float64Array(timeDays.length),
      nadirLatDeg: latDeg,
      nadirLonDeg: lonDeg,
      modelIndex: new Float64Array(timeDays.length),
    });
  }
  await writer.finish();
}

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'sillage-bench-'));
try {
  console.log(machineText('one run each'));
  const rows = [];
  const written = new Map();
  for (const { area, scenario, method, targetSeconds } of CASES) {
    if (wanted.length > 0 && !wanted.includes(area)) continue;
    const key = `${area}-${scenario}`;
    if (!written.has(key)) {
      const isSea = seaOf(AREAS[area]);
      const files = [join(folder, `tracks-${key}.nc`)];
      await writeTracks(files[0], AREAS[area], scenario, isSea);
      if (SCENARIOS[scenario].includes('swot')) {
        files.push(join(folder, `swath-${key}.nc`));
        await writeSwath(files[1], AREAS[area], isSea);
      }
      written.set(key, files);
    }
    const observations = written.get(key).flatMap((file) => ['--observations', file]);
    const { seconds, cpuSeconds, peakMiB, output } = measureText('../../cli/bin/sillage.mjs', [
      ...['oi', ...observations, '--area', area, '--method', method, '--threads', '2'],
      ...['--start', '2012-10-22', '--end', '2012-12-02', '--out', join(folder, 'oi.nc')],
    ]);
    rows.push([
      `${area} ${scenario}, ${method}`,
      /from (\d+) observations/.exec(output)?.[1] ?? '?',
      seconds.toFixed(1),
      `≤ ${targetSeconds}`,
      cpuSeconds.toFixed(1),
      peakMiB.toFixed(0),
      seconds <= targetSeconds ? 'met' : 'missed',
    ]);
  }
  printTable(rows, ['case', 'observations', 'wall s', 'target', 'cpu s', 'peak MiB', '']);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
