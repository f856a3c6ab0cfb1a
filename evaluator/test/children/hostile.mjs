// A child that does what the job's file name says: the sandbox, not the reader, is under test here.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createConnection } from 'node:net';

const say = (message) => writeSync(3, `${JSON.stringify(message)}\n`);
const fail = (message) => say({ type: 'error', message });
const done = (warnings = []) =>
  say({ type: 'result', result: { step: 'check', canonicalFileName: 'canonical.nc', warnings } });

say({ type: 'ready' });
let text = '';
for await (const chunk of process.stdin) text += chunk;
const job = JSON.parse(text);
const [deed, parameter] = job.fileName.split('|');

if (deed === 'read') {
  try {
    done([{ code: 'leak', message: readFileSync(parameter, 'utf8') }]);
  } catch (error) {
    fail(error.code);
  }
}
if (deed === 'write') {
  try {
    writeFileSync(parameter, 'x');
    done();
  } catch (error) {
    fail(error.code);
  }
}
if (deed === 'environment') fail(JSON.stringify(process.env));
if (deed === 'connect') {
  const socket = createConnection(Number(parameter), '127.0.0.1');
  socket.on('connect', () => done());
  socket.on('error', (error) => fail(error.code));
  await new Promise((resolve) => socket.on('close', resolve));
}
if (deed === 'spin') for (;;) Math.sqrt(2);
if (deed === 'heap') {
  const kept = [];
  for (;;) kept.push(Array.from({ length: 1e5 }, (_, index) => ({ index })));
}
if (deed === 'arrays') {
  const kept = [];
  for (;;) kept.push(new Float64Array(4e6).fill(1));
}
if (deed === 'kill') process.kill(process.pid, parameter ?? 'SIGKILL');
if (deed === 'babble') writeSync(3, 'this is not JSON\n');
if (deed === 'flood') for (;;) writeSync(3, 'x'.repeat(65536));
if (deed === 'fill') for (;;) writeFileSync(`${job.outputFolder}/big`, Buffer.alloc(2 ** 24), { flag: 'a' });
if (deed === 'spawn') {
  try {
    (await import('node:child_process')).execFileSync('/bin/true');
    done();
  } catch (error) {
    fail(error.code);
  }
}
if (deed === 'thread') {
  try {
    const { Worker } = await import('node:worker_threads');
    new Worker('0', { eval: true });
    done();
  } catch (error) {
    fail(error.code);
  }
}
if (deed === 'days') {
  for (let day = 1; day <= Number(parameter); day += 1) {
    const name = new Date(Date.UTC(2012, 0, day)).toISOString().slice(0, 10);
    const frame = { day: name, latCount: 1, lonCount: 1, scale: 0.001, offset: 0, values: 'AAA=' };
    say({ type: 'frame', frame });
  }
}
if (deed === 'sleep') await new Promise((resolve) => setTimeout(resolve, Number(parameter)));
if (deed === 'copy' || deed === 'sleep' || deed === 'days') {
  writeFileSync(`${job.outputFolder}/canonical.nc`, readFileSync(job.inputPath));
  say({ type: 'progress', progress: 0.5, activity: 'copying' });
  done();
}
process.exit(0);
