import type { GriddedStorage } from '@sillage/netcdf';

/**
 * Not compressed: heights hardly shrink (three fields of 42 days at 1/20° from 20 to 17 MB, those of a basin by a quarter), and
 * compressing took two thirds of the processor time of a submission's products. Plain variables are also written day by day
 * together, so that each day is read and brought to the truth's grid once.
 */
export const PRODUCT_STORAGE: GriddedStorage = { kind: 'contiguous' };
