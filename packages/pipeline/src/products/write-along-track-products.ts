import { join } from 'node:path';
import { writeGriddedField } from '@sillage/netcdf';
import { cropOf, fileDays } from '@sillage/checking';
import { CANONICAL_VARIABLE } from '../files/canonical-file.js';
import { writeFigurePack } from './figure-pack/write-figure-pack.js';
import { openObservedDays, type ObservedDays } from './observed-days.js';
import { openField } from '../files/open-field.js';
import type { ProductsOptions } from './product-options.js';
import { PRODUCT_STORAGE } from './product-storage.js';
import type { WrittenArtefact } from '../score/index.js';
import { scoredAttributes } from './scored-attributes.js';
import { MapLayers } from './write-map-layers.js';

/**
 * Products where the reference is a track: scored.nc (the reconstruction on its own grid, cut to box and period, with the
 * scores as attributes) and its map frames. There is no gridded truth to compare with.
 */
export async function writeAlongTrackProducts(options: ProductsOptions): Promise<WrittenArtefact[]> {
  const { task, outputFolder } = options;
  const field = await openField({
    path: options.canonicalPath,
    variable: CANONICAL_VARIABLE,
    subject: 'the reconstruction',
  });
  let observations: ObservedDays | null = null;
  let layers: MapLayers | null = null;
  try {
    const days = fileDays(field, cropOf(field.grid, task.scoredBox, task.period));
    const { timeDays } = days.grid;
    observations = await openObservedDays(options.observations ?? [], days.grid);
    const shown = new MapLayers({ grid: days.grid, outputFolder, observations });
    layers = shown;
    const netcdfPath = join(outputFolder, 'scored.nc');
    await writeGriddedField(netcdfPath, {
      grid: days.grid,
      variables: [
        {
          name: 'ssh',
          type: 'float32',
          attributes: {
            units: 'm',
            coordinates: 'time lat lon',
            standard_name: 'sea_surface_height_above_geoid',
            long_name: 'reconstructed sea surface height on its own grid',
          },
          readDay: async (index) => {
            const map = Float32Array.from(await days.readDay(index));
            if (index === shown.dayCount) await shown.addDay({ reconstruction: map, reference: null });
            options.onProgress?.(
              (index + 1) / timeDays.length,
              `writing map ${index + 1} of ${timeDays.length}`,
            );
            return map;
          },
        },
      ],
      attributes: scoredAttributes(
        { ...options, grid: days.grid, origin: field.attributes },
        'The maps were scored along the track of a withheld altimeter; they are given as they came, cut to box and period.',
      ),
      storage: PRODUCT_STORAGE,
    });
    const maps = await shown.finish();
    const figures = await writeFigurePack(options, null);
    return [{ name: 'scored.nc', path: netcdfPath }, ...maps, ...figures];
  } finally {
    layers?.close();
    observations?.close();
    field.close();
  }
}
