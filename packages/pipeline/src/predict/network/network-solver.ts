import {
  buildNetwork,
  medianFiltered,
  medianWidthOf,
  type NetworkSettings,
  type PatchBatch,
  type WeightMap,
} from '@sillage/fourdvarnet';
import type { NetworkRuntime, Tensors } from '@sillage/runtime';

/**
 * What a network reads on the days and nodes of a patch, NaN where missing. Heights and temperatures are in network units; the
 * others tell the network where and when it is: the share of the year, degrees / 90 and degrees / 180. `lag` is no input of a
 * network: days from 00:00 to the observations of a day, for `solvingAtNoon`.
 */
export type FieldKind = 'observations' | 'lag' | 'oi' | 'sst' | 'day-of-year' | 'latitude' | 'longitude';

/** Patches that are solved together: one array a kind, shape `[batch, time, lat, lon]`. */
export type PatchFields = Readonly<Partial<Record<FieldKind, Float32Array>>>;

/** Size of a patch. */
export type PatchShape = { readonly time: number; readonly lat: number; readonly lon: number };

/** A network that is ready to solve batches of one size. */
export type BatchSolver = {
  readonly peakBytes: number | null;
  /** How many batches may be under way together to keep the device busy. */
  readonly usefulRunsInFlight: number;
  /** Normalised SSH, shape `[batch, time, lat, lon]`. */
  solve(fields: PatchFields): Promise<Float32Array>;
  release(): Promise<void>;
};

/** A network, before it is known how many patches a batch has. */
export type NetworkSolver = {
  /** The fields that `solve` needs. */
  readonly kinds: readonly FieldKind[];
  compile(batch: number): Promise<BatchSolver>;
};

const OUTPUT = 'reconstruction';

/** A network that was built from weights, on a runtime. */
export function createGraphSolver(options: {
  weights: WeightMap;
  settings: NetworkSettings;
  patch: PatchShape;
  kinds: readonly FieldKind[];
  runtime: NetworkRuntime;
}): NetworkSolver {
  const { weights, settings, patch, kinds, runtime } = options;
  const medianWidth = medianWidthOf(settings);
  return {
    kinds,
    compile: async (batch) => {
      const size: PatchBatch = { batch, lat: patch.lat, lon: patch.lon };
      const { graph, inputNames } = buildNetwork(weights, settings, size);
      // the graph calls its second field SST, whatever it is
      const secondField = inputNames.includes('sst') && !kinds.includes('sst') ? 'oi' : 'sst';
      const compiled = await runtime.compile(graph);
      return {
        peakBytes: compiled.peakBytes,
        usefulRunsInFlight: compiled.usefulRunsInFlight,
        solve: async (fields) => {
          const tensors = graphInputs(fields, secondField);
          const known = Object.fromEntries(inputNames.map((name) => [name, tensors[name]!]));
          const values = (await compiled.run(known))[OUTPUT]!;
          return medianWidth === 1 ? values : medianFiltered(values, patch, medianWidth);
        },
        release: () => compiled.release(),
      };
    },
  };
}

/** Inputs of a network graph: fields with 0 where missing, and the mask of the observations. */
function graphInputs({ observations, lag: _, ...others }: PatchFields, secondField: 'sst' | 'oi'): Tensors {
  const inputs: Record<string, Float32Array> = {};
  if (observations !== undefined) {
    inputs['observations'] = withoutMissing(observations);
    inputs['mask'] = maskOf(observations);
  }
  for (const [kind, values] of Object.entries(others))
    inputs[kind === secondField ? 'sst' : kind] = withoutMissing(values);
  return inputs;
}

// Loops, since `map` of a typed array takes tens of ms for a patch of 15 × 240 × 240, longer than a large GPU may take to solve it.

/** 0 where missing. */
export function withoutMissing(values: Float32Array): Float32Array {
  const known = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isNaN(value)) known[i] = value;
  }
  return known;
}

/** 1 where there is a value, else 0. */
export function maskOf(values: Float32Array): Float32Array {
  const mask = new Float32Array(values.length);
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) mask[i] = 1;
  return mask;
}
