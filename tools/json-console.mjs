// Loaded before the pages' server (node --import): what it prints becomes one JSON object a line, like the other logs.
import util from 'node:util';

const LEVELS = /** @type {const} */ ({
  debug: 'debug',
  log: 'info',
  info: 'info',
  warn: 'warn',
  error: 'error',
});

for (const [method, level] of Object.entries(LEVELS))
  console[/** @type {keyof typeof LEVELS} */ (method)] = (/** @type {unknown[]} */ ...words) => {
    const message = util.stripVTControlCharacters(util.format(...words)).trim();
    if (message === '') return;
    const line = { at: new Date().toISOString(), level, process: 'frontend', pid: process.pid, message };
    process.stdout.write(`${JSON.stringify(line)}\n`);
  };
