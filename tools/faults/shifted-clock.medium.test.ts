import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const HOUR_MS = 3_600_000;
const CODE = `const seen = new Date(); process.stdout.write(JSON.stringify([Date.now(), seen.getTime(),
  new Date(5).getTime(), Date.UTC(1970, 0, 2), seen instanceof Date]))`;

test('every clock of the process is off by as much as the file says, and dates that are given are not', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'sillage-clock-'));
  const file = path.join(folder, 'clock');
  fs.writeFileSync(file, String(-HOUR_MS));
  const before = Date.now();
  const seen = execFileSync(
    process.execPath,
    ['--import', path.join(import.meta.dirname, 'shifted-clock.mjs'), '--eval', CODE],
    { env: { SILLAGE_FAULT_CLOCK_FILE: file }, encoding: 'utf8' },
  );
  const after = Date.now();
  fs.rmSync(folder, { recursive: true });
  const [now, created, given, utc, isDate] = JSON.parse(seen);
  for (const time of [now, created]) {
    expect(time).toBeGreaterThanOrEqual(before - HOUR_MS);
    expect(time).toBeLessThanOrEqual(after - HOUR_MS);
  }
  expect([given, utc, isDate]).toEqual([5, 86_400_000, true]);
});
