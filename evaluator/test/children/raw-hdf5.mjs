// Reads `ssh` with the HDF5 library and no structure gate, so that only the sandbox stands before a planted secret.
import { writeSync } from 'node:fs';
import * as h5wasm from 'h5wasm/node';

const say = (message) => writeSync(3, `${JSON.stringify(message)}\n`);
const module = await h5wasm.ready;
module.activate_throwing_error_handler();
say({ type: 'ready' });
let text = '';
for await (const chunk of process.stdin) text += chunk;
const job = JSON.parse(text);
try {
  const file = new h5wasm.File(job.inputPath, 'r');
  const values = Array.from(file.get('ssh').value);
  say({
    type: 'result',
    result: {
      step: 'check',
      canonicalFileName: 'canonical.nc',
      warnings: [{ code: 'values', message: values.slice(0, 3).join(' ') }],
    },
  });
} catch (error) {
  say({ type: 'error', message: String(error.message ?? error), isOutOfMemory: false });
}
process.exit(0);
