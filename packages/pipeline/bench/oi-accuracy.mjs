/**
 * How far the two methods of optimal interpolation are apart on the demo's four nadirs around one day, and how the lattice
 * comes closer as its conjugate gradients go on: `node packages/pipeline/bench/oi-accuracy.mjs [observations.nc]`.
 * The exact solution uses the same observations, those within 2·Lt, without cutting the covariance.
 */
import { fileURLToPath } from 'node:url';
import { openAlongTrack } from '@sillage/netcdf';
import {
  createLatticeState,
  createLatticeSystem,
  LATTICE_PARTS,
  latticeMap,
  LatticeSolver,
  loadHeights,
  OI_2020A,
  optimalInterpolationDay,
  solveLattice,
} from '@sillage/science';
import { averagedAlongTrack } from '../dist/observations/along-track-averages.js';

const ANALYSIS_DAY = 22_960; // 2012-11-11
const demo = fileURLToPath(new URL('../../../datasets/demo-osse/observations-gf-nadir4.nc', import.meta.url));
const averaged = averagedAlongTrack(await openAlongTrack(process.argv[2] ?? demo), 5);
const axis = (first, count) => Float64Array.from({ length: count }, (_, index) => first + index * 0.2);
const grid = { latDeg: axis(33, 51), lonDeg: axis(-65, 51) };

function observationsWhere(isNear) {
  const near = [...averaged.timeDays.keys()].filter((index) => {
    const [lat, lon] = [averaged.latDeg[index], averaged.lonDeg[index]];
    return isNear(averaged.timeDays[index]) && lat >= 32 && lat <= 44 && lon >= -66 && lon <= -54;
  });
  const pick = (values) => Float64Array.from(near, (index) => values[index]);
  const { timeDays, latDeg, lonDeg, sshM } = averaged;
  return { timeDays: pick(timeDays), latDeg: pick(latDeg), lonDeg: pick(lonDeg), sshM: pick(sshM) };
}

async function byLattice(observations, tolerance) {
  const started = process.cpuUsage();
  const times = observations.timeDays;
  const extent = {
    ...{ firstTimeDays: Math.min(...times), lastTimeDays: Math.max(...times) },
    ...{ south: 32, north: 44, west: -66, east: -54 },
  };
  const system = createLatticeSystem({ ...OI_2020A, observations, extent });
  const state = createLatticeState(system);
  const solver = new LatticeSolver(system, state);
  loadHeights(system, state, observations.sshM);
  const { iteration } = await solveLattice(
    state,
    (task) => {
      for (let part = 0; part < LATTICE_PARTS; part++) solver.run(task, part);
    },
    { tolerance },
  );
  const map = latticeMap(system, state.values, grid, ANALYSIS_DAY);
  return { map, iteration, cpuSeconds: process.cpuUsage(started).user / 1e6 };
}

function direct(observations, cutLengths) {
  const started = process.cpuUsage();
  const map = optimalInterpolationDay({
    ...OI_2020A,
    observations,
    grid,
    timeDays: ANALYSIS_DAY,
    cutLengths,
  });
  return { map, cpuSeconds: process.cpuUsage(started).user / 1e6 };
}

function row(method, { map, iteration, cpuSeconds }, exact) {
  let [largest, squares] = [0, 0];
  map.forEach((value, index) => {
    largest = Math.max(largest, Math.abs(value - exact[index]));
    squares += (value - exact[index]) ** 2;
  });
  return {
    method,
    iterations: iteration ?? '',
    'cpu s': cpuSeconds.toFixed(2),
    'largest mm': (1000 * largest).toFixed(3),
    'rms mm': (1000 * Math.sqrt(squares / map.length)).toFixed(3),
  };
}

const inWindow = observationsWhere((time) => Math.abs(time - ANALYSIS_DAY) < 2 * OI_2020A.lengthTimeDays);
const all = observationsWhere(() => true);
console.log(`${inWindow.timeDays.length} observations within the window, ${all.timeDays.length} in all`);
const exact = direct(inWindow, Infinity);
const table = [row('dense (1 day)', exact, exact.map), row('direct (1 day)', direct(inWindow), exact.map)];
for (const tolerance of [1e-4, 1e-5, 3e-6, 1e-6]) {
  table.push(row(`lattice, residual ${tolerance}`, await byLattice(inWindow, tolerance), exact.map));
}
table.push(row('lattice, all observations (any day)', await byLattice(all, 3e-6), exact.map));
console.table(table);
