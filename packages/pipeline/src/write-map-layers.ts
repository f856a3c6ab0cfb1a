import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MapLayer, MapManifest } from '@sillage/contracts';
import type { RegularGrid } from '@sillage/science';
import { packLayer } from './map-frames.js';
import type { WrittenArtefact } from './score-artefacts.js';

export type MapLayerFrames = { name: MapLayer['name']; frames: readonly Float32Array[] };

/** Writes maps.json and the int16 frames of its layers; the grid is that of the frames. */
export async function writeMapLayers(
  layers: readonly MapLayerFrames[],
  grid: RegularGrid,
  outputFolder: string,
): Promise<WrittenArtefact[]> {
  const described: MapLayer[] = [];
  const written: WrittenArtefact[] = [];
  for (const { name, frames } of layers) {
    const { layer, bytes } = packLayer(name, frames);
    const path = join(outputFolder, `${name}.i16`);
    await writeFile(path, bytes);
    described.push(layer);
    written.push({ name: `${name}.i16`, path });
  }
  const manifest: MapManifest = {
    lonDeg: Array.from(grid.lonDeg),
    latDeg: Array.from(grid.latDeg),
    timeDays: Array.from(grid.timeDays),
    layers: described,
  };
  const manifestPath = join(outputFolder, 'maps.json');
  await writeFile(manifestPath, JSON.stringify(manifest));
  return [{ name: 'maps.json', path: manifestPath }, ...written];
}
