// Loaded before a service: its clock goes wrong by as many milliseconds as a file says when the process starts.
import fs from 'node:fs';

const offsetMs = Number(readIfThere(process.env.SILLAGE_FAULT_CLOCK_FILE ?? ''));
if (offsetMs !== 0) {
  const now = Date.now.bind(Date);
  const shiftedNow = () => now() + offsetMs;
  globalThis.Date = new Proxy(Date, {
    construct: (RealDate, parts, target) =>
      Reflect.construct(RealDate, parts.length === 0 ? [shiftedNow()] : parts, target),
    apply: (RealDate) => new RealDate(shiftedNow()).toString(),
    get: (RealDate, name) => (name === 'now' ? shiftedNow : Reflect.get(RealDate, name)),
  });
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '0';
  }
}
