import { join } from 'node:path';
import { observationFileSchema, type ObservationFile } from '@sillage/contracts';
import { z } from 'zod';
import type { Input } from './step.js';

/** A field in the input folder of a child. */
export const placedFieldSchema = z.object({ path: z.string(), variable: z.string().nullable() });

/** Observations in the input folder of a child. */
export const placedObservationsSchema = z.array(
  placedFieldSchema.extend({ role: observationFileSchema.shape.role }),
);

export function inputsOfObservations(observations: readonly ObservationFile[]): Input[] {
  return observations.map(({ object, fileName }, index) => ({
    name: observationsName(fileName, index),
    object,
  }));
}

export function observationsIn(
  inputFolder: string,
  observations: readonly ObservationFile[],
): z.infer<typeof placedObservationsSchema> {
  return observations.map(({ role, variable, fileName }, index) => ({
    path: join(inputFolder, observationsName(fileName, index)),
    role,
    variable,
  }));
}

/** Messages name the file: each keeps its name, as far as a file system can be trusted with it. */
function observationsName(fileName: string, index: number): string {
  return join(String(index), plainName(fileName));
}

export function plainName(fileName: string): string {
  const baseName = fileName.split(/[\\/]/).at(-1) ?? '';
  const plain = baseName
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^\.+/, '')
    .slice(-100);
  return plain || 'input.nc';
}
