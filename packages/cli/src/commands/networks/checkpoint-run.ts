import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { writeNpy } from '@sillage/fourdvarnet';
import { runNetwork } from '@sillage/pipeline/predict';
import { CommandError } from '../../command-error.js';
import { print, say } from '../../terminal/output.js';
import { readPatchArray, type PatchArray } from '../platform/array-file.js';
import { requireFolderOf } from '../local/output-folder.js';
import { runtimeNamed, type RuntimeChoice } from './runtime-choice.js';

export type CheckpointRunOptions = {
  checkpoint: string;
  manifest: string;
  input: string;
  output: string;
  oi?: string;
  mask?: string;
  sst?: string;
  runtime: RuntimeChoice;
};

export async function runCheckpoint(options: CheckpointRunOptions): Promise<void> {
  requireFolderOf(options.output);
  const input = readPatchArray(options.input);
  const observations = options.mask === undefined ? input.values : masked(input, options.mask, options.input);
  const [batch, time, lat, lon] = input.shape;
  const result = await runNetwork({
    checkpointPath: options.checkpoint,
    fileName: basename(options.checkpoint),
    manifestText: readFileSync(options.manifest, 'utf8'),
    fields: {
      observations,
      ...(options.oi === undefined ? {} : { oi: alike(options.oi, input, options.input) }),
      ...(options.sst === undefined ? {} : { sst: alike(options.sst, input, options.input) }),
    },
    shape: { batch, time, lat, lon },
    runtime: runtimeNamed(options.runtime),
  });
  writeFileSync(options.output, writeNpy({ shape: input.shape, data: result.values }));
  for (const warning of result.warnings) say(`note: ${warning}`);
  print(
    `${options.output}: [${input.shape.join(', ')}] in ${result.seconds.toFixed(2)} s on ${result.runtime.device} (${result.runtime.name})`,
  );
}

/** Observations where the mask has something else than 0, missing elsewhere. */
function masked(input: PatchArray, maskPath: string, inputPath: string): Float32Array {
  const mask = alike(maskPath, input, inputPath);
  return input.values.map((value, index) => (mask[index] === 0 ? Number.NaN : value));
}

/** @throws CommandError unless the array has the shape of the input. */
function alike(path: string, input: PatchArray, inputPath: string): Float32Array {
  const array = readPatchArray(path);
  if (array.shape.join() !== input.shape.join())
    throw new CommandError(
      `${path} has the shape [${array.shape.join(', ')}], ${inputPath} has [${input.shape.join(', ')}]; both need the same`,
    );
  return array.values;
}
