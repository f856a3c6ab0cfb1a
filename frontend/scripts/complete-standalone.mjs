/** Next leaves the static files out of the standalone folder; without them the server answers 404 for every script. */
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const frontend = join(import.meta.dirname, '..');
const standalone = join(frontend, '.next', 'standalone', 'frontend');

if (!existsSync(join(standalone, 'server.js'))) {
  throw new Error(`no server.js in ${standalone}: did 'next build' run with output 'standalone'?`);
}
cpSync(join(frontend, '.next', 'static'), join(standalone, '.next', 'static'), { recursive: true });
