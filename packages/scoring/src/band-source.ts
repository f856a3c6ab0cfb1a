import type { FieldValues, RegularGrid } from '@sillage/science';

/** Rows of a field, all its times: what scoring walks through. */
export type BandSource = {
  readonly grid: RegularGrid;
  /** Heights in metres, NaN where missing, shape [T, latCount, X]; valid until the next call. */
  readBand(latStart: number, latCount: number): Promise<FieldValues>;
  close(): void;
};
