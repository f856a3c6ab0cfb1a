#!/usr/bin/env node
// Plain JavaScript, so that it can speak up on an old Node.js and in a clone that is not built.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const main = new URL('../dist/main.js', import.meta.url);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`sillage: Node.js 20.19 or newer is needed, this is ${process.versions.node}\n`);
  process.exitCode = 1;
} else if (!existsSync(main)) {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  process.stderr.write(`sillage: not built yet; run 'npm ci && npm run build:node' in ${root}\n`);
  process.exitCode = 1;
} else {
  // Compiled code is kept between calls: a quarter of the processor time of a short command. Node.js 22.1 and later can.
  module.enableCompileCache?.();
  const installation = fileURLToPath(new URL('../../../', import.meta.url));
  try {
    const { entryOfBundle } = await import('@sillage/pipeline/installed-bundle');
    // In few files it starts in half of the time; in many where these were built and the few were not.
    const bundled = entryOfBundle(installation, 'packages/cli/dist/bundle', 'main.js');
    await import(bundled === null ? main.href : pathToFileURL(bundled).href);
  } catch (error) {
    if (!isOfAnotherBuild(error)) throw error;
    process.stderr.write(
      `sillage: what was built is older than the code, or not whole (${error.message.split('\n')[0]}); run 'npm ci && npm run build:node' in ${installation}\n`,
    );
    process.exitCode = 1;
  }
}

/** A module, or a name of one, that the code asks for and the build has not. */
function isOfAnotherBuild(error) {
  const codes = ['ERR_MODULE_NOT_FOUND', 'ERR_PACKAGE_PATH_NOT_EXPORTED'];
  return error instanceof SyntaxError || codes.includes(error?.code);
}
