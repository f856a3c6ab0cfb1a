/**
 * Preload for a process under Node's permission model that reads NetCDF-4: `node --permission --import <this file> …`.
 *
 * The permission model denies `process.binding`, which h5wasm's file layer calls once, for the numeric constants of `fs`.
 * They are public (`fs.constants`), so this answers that one question and refuses every other binding.
 */
import fs from 'node:fs';

process.binding = (name) => {
  if (name === 'constants') return { fs: fs.constants };
  throw new Error(`process.binding('${name}') is not available in the sandbox`);
};
