import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const SOURCE = new URL('./gpu-driver.ts', import.meta.url);

test('a process that may read nothing but its code gets an answer, not an error: networks run in one', () => {
  const program = `
    const { driverEnvironment, driverHint } = await import(${JSON.stringify(SOURCE.href)});
    console.log(JSON.stringify([driverEnvironment(), driverHint()]));`;
  const flags = ['--permission', `--allow-fs-read=${fileURLToPath(SOURCE)}`, '--input-type=module'];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, '--eval', program], {
    encoding: 'utf8',
    env: {},
  });
  expect(stdout, stderr).toMatch(/^\[\{\},".*Vulkan/);
});
