#!/usr/bin/env node
// npm start: from a bare clone to one URL. Runs on the system's Node, before anything is installed.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Sillage needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}
const { start } = await import('./start-command.mjs');
await start();
