import type { FieldValues, RegularGrid } from '@sillage/science';
import type { NetcdfAttributes } from '../netcdf-file.js';

/** int16 values are stored as (value − addOffset) / scaleFactor; missing values as −32768. */
export type Packing = { scaleFactor: number; addOffset: number };

export type GriddedVariableInput = {
  name: string;
  /** CF attributes, e.g. units, standard_name, long_name. `units` defaults to `m`. */
  attributes?: NetcdfAttributes;
  type: 'float32' | 'float64' | 'int16';
  /** Required for int16. */
  packing?: Packing;
} & (
  | { /** C order [time, lat, lon], NaN = missing. */ values: FieldValues }
  | {
      /** One day [lat, lon] at a time, in order; NaN = missing. */ readDay: (
        timeIndex: number,
      ) => FieldValues | Promise<FieldValues>;
    }
);

/** `contiguous`: uncompressed and in one piece, fastest to write and to read; `deflate`: one compressed chunk per day. */
export type GriddedStorage = { kind: 'contiguous' } | { kind: 'deflate'; level: number };

export type GriddedFileInput = {
  grid: RegularGrid;
  variables: readonly GriddedVariableInput[];
  /** title, source, history, institution, references…; `Conventions` is added. */
  attributes?: NetcdfAttributes;
  /** Default: contiguous. */
  storage?: GriddedStorage;
};
