import type { NetworkSolver, PatchShape } from './network-solver.js';

/**
 * A solver that gives observations the time of the maps. A network reads each day's measurements as one map, as if all had been
 * made at its time; an eddy in a jet moves by a cell in half a day. So the network solves, every observation is moved to the
 * time of its map by the tendency of that solution, and the network solves again. It is the first guess at appropriate time
 * (FGAT) of variational assimilation, applied to the observation instead of the guess.
 */
export function solvingAtMapTime(solver: NetworkSolver, patch: PatchShape, passes: number): NetworkSolver {
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
            const observations = atMapTime(fields.observations!, lag!, { state, patch });
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
 * Heights as they would have been at the time of their maps: observation − lag · tendency. Between two maps the height is
 * linear in time; at both ends of a patch the tendency of the day beside counts.
 *
 * @param observations - network units, shape `[batch, time, lat, lon]`, NaN where missing.
 * @param lag - days from the time of the map to the observation, −1…1, same shape; read where there is an observation.
 * @param guess - `state` of the same shape, without gaps.
 */
export function atMapTime(
  observations: Float32Array,
  lag: Float32Array,
  { state, patch }: { state: Float32Array; patch: PatchShape },
): Float32Array {
  const mapLength = patch.lat * patch.lon;
  return observations.map((height, index) => {
    const days = lag[index]!;
    if (Number.isNaN(height) || patch.time < 2) return height;
    const day = Math.floor(index / mapLength) % patch.time;
    const isForward = day === 0 || (days > 0 && day < patch.time - 1);
    const from = isForward ? index : index - mapLength;
    return height - days * (state[from + mapLength]! - state[from]!);
  });
}
