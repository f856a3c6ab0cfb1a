import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openGriddedField } from '@sillage/netcdf';
import { geostrophicVorticity, isoDay } from '@sillage/science';
import type { OceanFigures, SimulatedAreaId, WavelengthBand, ZonalSpectrum } from '@sillage/ocean';
import { fieldFigure, logarithmicFigure, type Axis, type Curve, type FieldPanel } from './figures.js';

/** Files of the demo that hold one area's sea. */
export type OceanReportArea = { area: SimulatedAreaId; truthPath: string; sstPath: string };

export type WriteOceanReportOptions = {
  areas: readonly OceanReportArea[];
  /** Gets README.md and the figures. */
  outputFolder: string;
  onProgress?: (message: string) => void;
};

/** What the report shows of an area, beside its files. */
type AreaView = {
  title: string;
  colour: string;
  /** Numbers are measured in this box, degrees; null: everywhere. It must hold no land. */
  measured: { west: number; east: number; south: number; north: number } | null;
  measuredText: string;
  band: WavelengthBand;
  heightRange: readonly [number, number];
  temperatureRange: readonly [number, number];
  /** Relative vorticity over f at the ends of the colours. */
  vorticityLimit: number;
  hovmollerLatDeg: number;
};

const VIEWS: Record<SimulatedAreaId, AreaView> = {
  gf: {
    title: 'Gulf Stream (GF)',
    colour: '#c0392b',
    measured: null,
    measuredText: 'all nodes',
    band: { longestKm: 250, shortestKm: 50 },
    heightRange: [-0.8, 1.1],
    temperatureRange: [8, 27],
    vorticityLimit: 0.5,
    hovmollerLatDeg: 36,
  },
  osmosis: {
    title: 'OSMOSIS',
    colour: '#2471a3',
    measured: null,
    measuredText: 'all nodes',
    band: { longestKm: 250, shortestKm: 50 },
    heightRange: [-0.15, 0.35],
    temperatureRange: [11, 19],
    vorticityLimit: 0.2,
    hovmollerLatDeg: 50,
  },
  natl: {
    title: 'North Atlantic (NATL)',
    colour: '#1e8449',
    measured: { west: -50, east: -32, south: 28, north: 52 },
    measuredText: '50°W–32°W, 28°N–52°N: open ocean between the nests',
    band: { longestKm: 400, shortestKm: 100 },
    heightRange: [-0.7, 1],
    temperatureRange: [2, 28],
    vorticityLimit: 0.2,
    hovmollerLatDeg: 36,
  },
};

/** One area's days in memory. */
type Sea = {
  area: SimulatedAreaId;
  view: AreaView;
  timeDays: Float64Array;
  latDeg: Float64Array;
  lonDeg: Float64Array;
  /** m and °C, [day, lat, lon]. */
  sshM: Float64Array;
  sstC: Float64Array;
};

type Measured = {
  sea: Sea;
  figures: OceanFigures;
  spectrum: ZonalSpectrum;
  /** In the usual band, and in the view's own where that is another. */
  slopes: { band: WavelengthBand; slope: number }[];
};

const REFERENCE_SLOPES = [-4, -5.5] as const;

/**
 * Measures the areas of the demo's synthetic ocean out of its files and writes a report with figures: the same files give the
 * same bytes. Needs memory for the days of the largest area.
 *
 * @throws Error if a day of the truth has no temperature, or the box of a measurement holds land.
 */
export async function writeOceanReport(options: WriteOceanReportOptions): Promise<void> {
  // The ocean package is loaded only by those who need it.
  const { MESOSCALE_BAND, measureOcean, spectralSlopeWithin, zonalSpectrum } = await import('@sillage/ocean');
  const say = options.onProgress ?? (() => undefined);
  await mkdir(options.outputFolder, { recursive: true });
  const write = async (name: string, content: string): Promise<void> => {
    await writeFile(join(options.outputFolder, name), content);
    say(`${name}: ${Buffer.byteLength(content)} bytes`);
  };
  const measured: Measured[] = [];
  const hovmollers: FieldPanel[] = [];
  for (const files of options.areas) {
    const sea = await readSea(files);
    const box = openOcean(sea);
    const figures = measureOcean(box, { band: sea.view.band });
    const spectrum = zonalSpectrum(box);
    const { band } = sea.view;
    const bands = band.shortestKm === MESOSCALE_BAND.shortestKm ? [band] : [MESOSCALE_BAND, band];
    const slopes = bands.map((each) => ({ band: each, slope: spectralSlopeWithin(spectrum, each) }));
    measured.push({ sea, figures, spectrum, slopes });
    hovmollers.push(hovmollerPanel(sea, figures));
    await write(`snapshot-${sea.area}.svg`, snapshotFigure(sea));
    say(`${sea.area}: measured`);
  }
  await write('spectra.svg', spectraFigure(measured));
  await write(
    'time-longitude.svg',
    fieldFigure('Synthetic ocean: sea level less its mean over the days, along a latitude', hovmollers),
  );
  await write('README.md', reportText(measured));
}

async function readSea(files: OceanReportArea): Promise<Sea> {
  const truth = await openGriddedField(files.truthPath);
  const temperature = await openGriddedField(files.sstPath, { variable: 'sst', quantity: 'other' });
  try {
    const { timeDays, latDeg, lonDeg } = truth.grid;
    const first = temperature.grid.timeDays.indexOf(timeDays[0]!);
    const isSameGrid =
      temperature.grid.latDeg.length === latDeg.length && temperature.grid.lonDeg.length === lonDeg.length;
    if (first < 0 || !isSameGrid || temperature.grid.timeDays.length < first + timeDays.length) {
      throw new Error(`${files.sstPath} does not hold every day and node of ${files.truthPath}`);
    }
    return {
      area: files.area,
      view: VIEWS[files.area],
      timeDays,
      latDeg,
      lonDeg,
      sshM: Float64Array.from(await truth.readDays(0, timeDays.length)),
      sstC: Float64Array.from(await temperature.readDays(first, timeDays.length)),
    };
  } finally {
    truth.close();
    temperature.close();
  }
}

/** The part of a sea that numbers are measured in. */
function openOcean(sea: Sea): Pick<Sea, 'latDeg' | 'lonDeg' | 'sshM' | 'sstC'> {
  const { measured } = sea.view;
  if (measured === null) return sea;
  const columns = sea.lonDeg.length;
  const mapLength = sea.latDeg.length * columns;
  const rows = [...sea.latDeg.keys()].filter((row) =>
    isWithin(sea.latDeg[row]!, measured.south, measured.north),
  );
  const kept = [...sea.lonDeg.keys()].filter((column) =>
    isWithin(sea.lonDeg[column]!, measured.west, measured.east),
  );
  const cut = (values: Float64Array): Float64Array => {
    const result = new Float64Array(sea.timeDays.length * rows.length * kept.length);
    let index = 0;
    for (let day = 0; day < sea.timeDays.length; day++) {
      for (const row of rows) {
        for (const column of kept) result[index++] = values[day * mapLength + row * columns + column]!;
      }
    }
    if (result.some(Number.isNaN))
      throw new Error(`${sea.area}: the box ${sea.view.measuredText} holds land`);
    return result;
  };
  return {
    latDeg: Float64Array.from(rows, (row) => sea.latDeg[row]!),
    lonDeg: Float64Array.from(kept, (column) => sea.lonDeg[column]!),
    sshM: cut(sea.sshM),
    sstC: cut(sea.sstC),
  };
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function snapshotFigure(sea: Sea): string {
  const day = sea.timeDays.length >> 1;
  const mapLength = sea.latDeg.length * sea.lonDeg.length;
  const ssh = sea.sshM.subarray(day * mapLength, (day + 1) * mapLength);
  const sst = sea.sstC.subarray(day * mapLength, (day + 1) * mapLength);
  const x = degreeAxis(sea.lonDeg, 'longitude, °');
  const y = degreeAxis(sea.latDeg, 'latitude, °');
  const middleLat = (y.from + y.to) / 2;
  const shape = {
    columnCount: sea.lonDeg.length,
    rowCount: sea.latDeg.length,
    x,
    y,
    aspect: ((x.to - x.from) * Math.cos((middleLat * Math.PI) / 180)) / (y.to - y.from),
  };
  const { vorticityLimit } = sea.view;
  return fieldFigure(`Synthetic ocean, ${sea.view.title}, ${isoDay(sea.timeDays[day]!)} 00:00 UTC`, [
    {
      ...shape,
      title: 'sea surface height',
      values: ssh,
      scale: 'height',
      range: sea.view.heightRange,
      barLabel: 'm',
    },
    {
      ...shape,
      title: 'sea surface temperature',
      values: sst,
      scale: 'temperature',
      range: sea.view.temperatureRange,
      barLabel: '°C',
    },
    {
      ...shape,
      title: 'geostrophic vorticity over f',
      values: Float64Array.from(geostrophicVorticity(ssh, sea)),
      scale: 'vorticity',
      range: [-vorticityLimit, vorticityLimit],
      barLabel: 'dimensionless',
    },
  ]);
}

function hovmollerPanel(sea: Sea, figures: OceanFigures): FieldPanel {
  const { latDeg, lonDeg, timeDays, sshM, view } = sea;
  const dayCount = timeDays.length;
  const columns = lonDeg.length;
  const mapLength = latDeg.length * columns;
  const row = latDeg.reduce(
    (best, lat, index) =>
      Math.abs(lat - view.hovmollerLatDeg) < Math.abs(latDeg[best]! - view.hovmollerLatDeg) ? index : best,
    0,
  );
  const values = new Float64Array(dayCount * columns);
  let largest = 0;
  for (let column = 0; column < columns; column++) {
    let mean = 0;
    for (let day = 0; day < dayCount; day++)
      mean += sshM[day * mapLength + row * columns + column]! / dayCount;
    for (let day = 0; day < dayCount; day++) {
      const anomaly = sshM[day * mapLength + row * columns + column]! - mean;
      values[day * columns + column] = anomaly;
      if (Number.isFinite(anomaly)) largest = Math.max(largest, Math.abs(anomaly));
    }
  }
  const x = degreeAxis(lonDeg, 'longitude, °');
  const lastDay = dayCount - 1;
  // cm/s to degrees of longitude over the days shown.
  const kmPerDegree = ((6371 * Math.PI) / 180) * Math.cos((latDeg[row]! * Math.PI) / 180);
  const driftDeg = (figures.driftCmPerS * 86_400 * 1e-5 * lastDay) / kmPerDegree;
  const middle = (x.from + x.to) / 2;
  const limit = Math.ceil(largest * 0.7 * 100) / 100; // whole centimetres; the largest few per cent are cut
  return {
    title: `${view.title}, ${latDeg[row]!.toFixed(2)}° N`,
    values,
    columnCount: columns,
    rowCount: dayCount,
    x,
    y: {
      from: 0,
      to: lastDay,
      label: `days since ${isoDay(timeDays[0]!)}`,
      ticks: [0, 10, 20, 30, 40].filter((day) => day <= lastDay),
    },
    scale: 'vorticity',
    range: [-limit, limit],
    barLabel: 'm',
    aspect: 0.9,
    line: {
      from: [middle - driftDeg / 2, 0],
      to: [middle + driftDeg / 2, lastDay],
      label: '',
    },
  };
}

function spectraFigure(measured: readonly Measured[]): string {
  const curves: Curve[] = measured.map(({ sea, spectrum }) => ({
    label: sea.view.title,
    colour: sea.view.colour,
    points: Array.from(
      spectrum.wavenumber,
      (wavenumber, index) => [wavenumber, spectrum.density[index]!] as const,
    ),
  }));
  const references: Curve[] = REFERENCE_SLOPES.map((slope, index) => ({
    label: `wavenumber to the power ${String(slope).replace('-', '−')}`,
    colour: '#555',
    dash: index === 0 ? '6 4' : '2 3',
    points: [4e-3, 2e-2].map((wavenumber) => [wavenumber, 60 * (wavenumber / 4e-3) ** slope] as const),
  }));
  return logarithmicFigure(
    'Synthetic ocean: zonal wavenumber spectra of sea surface height',
    [...curves, ...references],
    {
      x: { from: 1e-3, to: 1e-1, label: 'wavenumber, cycles/km', ticks: [1e-3, 4e-3, 1e-2, 2e-2, 1e-1] },
      y: {
        from: 1e-8,
        to: 1e3,
        label: 'power spectral density, m²/(cycles/km)',
        ticks: [1e-8, 1e-6, 1e-4, 1e-2, 1, 1e2],
      },
    },
  );
}

function degreeAxis(degrees: Float64Array, label: string): Axis {
  const half = (degrees[1]! - degrees[0]!) / 2;
  const from = degrees[0]! - half;
  const to = degrees[degrees.length - 1]! + half;
  const step = [1, 2, 5, 10, 20].find((candidate) => (to - from) / candidate <= 7) ?? 20;
  const first = Math.ceil(from / step) * step;
  const ticks = Array.from(
    { length: Math.floor((to - first) / step) + 1 },
    (_, index) => first + index * step,
  );
  return { from, to, label, ticks };
}

function reportText(measured: readonly Measured[]): string {
  const row = (label: string, value: (item: Measured) => string): string =>
    `| ${label} | ${measured.map(value).join(' | ')} |`;
  const meters = (value: number): string => number(value, 2);
  const table = [
    `| figure | ${measured.map(({ sea }) => sea.view.title).join(' | ')} |`,
    `| --- | ${measured.map(() => '---').join(' | ')} |`,
    row('nodes, days', ({ sea }) => `${sea.latDeg.length} × ${sea.lonDeg.length}, ${sea.timeDays.length}`),
    row('measured in', ({ sea }) => sea.view.measuredText),
    row('range of height, m', ({ figures }) => `${meters(figures.minM)} … ${meters(figures.maxM)}`),
    row('standard deviation of height over space and time, m', ({ figures }) =>
      number(figures.standardDeviationM, 3),
    ),
    row('temporal variability of height, root mean square, m', ({ figures }) =>
      number(figures.variabilityM, 3),
    ),
    row('largest variability of height, m', ({ figures }) => number(figures.largestVariabilityM, 3)),
    row(
      'geostrophic speed, root mean square; largest, m/s',
      ({ figures }) => `${meters(figures.speed)}; ${meters(figures.largestSpeed)}`,
    ),
    row('eddy kinetic energy, cm²/s²', ({ figures }) => number(figures.eddyKineticEnergyCm2PerS2, 0)),
    row('slope of the zonal spectrum', ({ slopes }) =>
      slopes
        .map(({ band, slope }) => `${number(slope, 2)} (${band.longestKm}–${band.shortestKm} km)`)
        .join('; '),
    ),
    row('zonal drift, cm/s (negative: westward)', ({ figures }) => number(figures.driftCmPerS, 1)),
    row(
      'eddy size: correlation falls to 1/e; to zero, km',
      ({ figures }) => `${number(figures.decorrelationKm, 0)}; ${number(figures.zeroCrossingKm, 0)}`,
    ),
    row('decorrelation time (1/e), days', ({ figures }) =>
      figures.decorrelationDays === null
        ? 'longer than half of the days'
        : number(figures.decorrelationDays, 1),
    ),
    row('correlation of temperature and height below 300 km', ({ figures }) =>
      figures.sstCorrelation === null ? '–' : number(figures.sstCorrelation, 2),
    ),
  ];
  const snapshots = measured.map(
    ({ sea }) =>
      `![Height, temperature and vorticity of the synthetic ocean, ${sea.view.title}](snapshot-${sea.area}.svg)`,
  );
  return `${HEADING}
${table.join('\n')}

${EXPLANATION}
## Snapshots

${snapshots.join('\n\n')}

## Spectra

![Zonal wavenumber spectra of the three areas](spectra.svg)

## Time and longitude

The dashed lines have the drift of the table. Grey is land.

![Sea level less its mean along a latitude, against longitude and time](time-longitude.svg)
`;
}

const HEADING = `# Does it look like an ocean?

**Everything here is synthetic**: seeded two-layer quasi-geostrophic simulations, not NATL60 and not the real sea. This page is
written by \`npm run report:ocean\` out of the files of \`datasets/demo-osse\`, byte for byte the same each time; do not edit it.
`;

const EXPLANATION = `How each number is made: \`measureOcean\` in \`packages/ocean/src/ocean-figures.ts\`. The days are those of the demo's evaluation period. Slopes
are fitted to detrended, Hann-windowed rows. The shipped NATL has nodes every 17 to 25 km eastward in that box: 50 km is just resolved, and
the last waves above it hold some of what is shorter. On nodes of 1/20° the same box has −4.9 between 250 and 50 km, and −5.2 between 100 and 30 km
(\`npm run report:fine-basin\`, first two days). In theory heights of surface quasi-geostrophic turbulence fall with −11/3 and
of quasi-geostrophic turbulence with −5. The drift is the displacement at which the variability correlates best with itself five days later.

## What is simulated

- **Flow.** Two layers on a β-plane, doubly periodic, driven by a uniform mean shear, linear bottom drag, an exponential spectral filter:
  \`two-layer-flow.ts\`. GF, OSMOSIS and the basin's background have each their own domain, deformation radius, shear and seed
  (\`ocean-definition.ts\`), and one trajectory that begins on 2012-10-01 and goes on for ever.
- **Short waves of the basin.** The background has a grid of 18.75 km and a filter below 58 km; such a sea has almost nothing below 100 km.
  So a finer flow of the same dynamics (8.3 km, filter below 26 km; lengths are those at 49° N and grow southward) runs beside it on a ninth
  of its domain. Its waves below 180 km, all of them below 80 km, are added to the background's, nine times beside each other, in height and
  in temperature (\`short-waves.ts\`). Below 80 km they are amplified with the square root of the wavenumber, so that the spectrum goes on
  much as it comes from the longer waves.
- **Height.** f₀ψ₁/g and a mean front that the eddies shift. In the basin, eddies get their strength by place: high along the Gulf
  Stream and the North Atlantic Current, low in the east (\`north-atlantic.ts\`, drawn by hand).
- **Temperature.** The flow's upper layer carries a tracer that remembers for some weeks where its water comes from; temperature is a
  climatology (colder north, front, yearly course) evaluated there. So eddies and filaments stir it, and it covaries with height.
- **Basin.** The two regional simulations lie inside the basin: exactly they in their scored boxes, fading over one degree into the
  background with its short waves. The coast is Natural Earth's; the flow does not feel it.

## What is not

No coast, topography, wind, mixed layer or tides act on the flow; no internal waves; the strength of the basin's eddies is a painted
envelope, not dynamics. The basin's short waves are stirred by the eddies of their own flow, not by those of the background that they lie on,
and come again 33° of longitude further east and some 17° further north: their size and strength are an ocean's, but they say nothing about
the larger eddies around them, nor those about them. In the margins of the nests two seas that know nothing of each other are averaged, and
the nests, livelier than the basin around them, show as squares in its vorticity, OSMOSIS most. OSMOSIS is calmer than GF as a whole, but its eddies are smaller: below some 150 km
its spectrum lies above GF's, which the real one would not. The sea remembers for about a week, less than the
real mesoscale does (42 days, whose mean is taken off, shorten it, too).
Calendar days are labels.
`;

function number(value: number, digits: number): string {
  return value.toFixed(digits).replace('-', '−');
}
