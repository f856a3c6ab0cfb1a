import type { NetworkSolver, PatchShape } from './network-solver.js';

/** Days from 00:00: the mean time of the overpasses of a UTC day. */
const NOON = 0.5;

/**
 * A solver that gives a day's observations one time. A network reads each day's measurements as one map, whenever they were
 * made; an eddy in a jet moves by a cell in half a day. So the network solves, every observation is moved to noon by the
 * tendency of that solution, and the network solves again: it reads what it always reads, a day's measurements that are half
 * a day old on the mean, without their scatter. It is the first guess at appropriate time (FGAT) of variational
 * assimilation, applied to the observation instead of the guess.
 */
export function solvingAtNoon(solver: NetworkSolver, patch: PatchShape, passes: number): NetworkSolver {
  if (passes === 0) return solver;
  return {
    kinds: [...solver.kinds, 'lag'],
    compile: async (batch) => {
      const compiled = await solver.compile(batch);
      return {
        ...compiled,
        solve: async ({ lag, ...fields }) => {
          let state = await compiled.solve(fields);
          for (let pass = 0; pass < passes; pass++) {
            const observations = atNoon(fields.observations!, lag!, { state, patch });
            state = await compiled.solve({ ...fields, observations });
          }
          return state;
        },
        release: () => compiled.release(),
      };
    },
  };
}

/**
 * Heights as they would have been at noon: observation − (lag − 0.5) · tendency. Between two maps the height is linear in
 * time; at both ends of a patch the tendency of the day beside counts.
 *
 * @param observations - network units, shape `[batch, time, lat, lon]`, NaN where missing.
 * @param lag - days from 00:00 to the observation, 0…1, same shape; read where there is an observation.
 * @param guess - `state` of the same shape, without gaps.
 */
export function atNoon(
  observations: Float32Array,
  lag: Float32Array,
  { state, patch }: { state: Float32Array; patch: PatchShape },
): Float32Array {
  const mapLength = patch.lat * patch.lon;
  return observations.map((height, index) => {
    const days = lag[index]! - NOON;
    if (Number.isNaN(height) || patch.time < 2) return height;
    const day = Math.floor(index / mapLength) % patch.time;
    const isForward = day === 0 || (days > 0 && day < patch.time - 1);
    const from = isForward ? index : index - mapLength;
    return height - days * (state[from + mapLength]! - state[from]!);
  });
}
