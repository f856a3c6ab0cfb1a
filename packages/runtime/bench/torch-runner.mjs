import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PYTHONS = [process.env['SILLAGE_PYTHON'], 'python3', '/usr/bin/python3'];
const SCRIPT = fileURLToPath(new URL('torch_network.py', import.meta.url));

/** The first Python that can do what `code` does; null where there is none. */
export function pythonThat(code) {
  const candidates = PYTHONS.filter((path) => path !== undefined && path !== '');
  return candidates.find((path) => spawnSync(path, ['-c', code], { stdio: 'ignore' }).status === 0) ?? null;
}

/**
 * The starter network in PyTorch, in a process of its own. `time` runs one batch and returns its milliseconds.
 *
 * @returns null where no Python has torch, or torch sees no GPU.
 */
export async function torchRunner(
  { prior, solver, steps },
  { lat, lon },
  { threads, device = 'cpu', batch = 1 },
) {
  const python = pythonThat(device === 'cuda' ? 'import torch; torch.zeros(1).cuda()' : 'import torch');
  if (python === null) return null;
  const parameters = [threads, prior, solver, steps, lat, lon, device, batch].map(String);
  const child = spawn(python, [SCRIPT, ...parameters], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined); // it died, and the next answer says so
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${SCRIPT} ended early`);
    return value;
  };
  const [, version, ...name] = (await answer()).split(' ');
  const where = device === 'cuda' ? `${name.join(' ')}, TF32 allowed` : `CPU, ${threads} threads, float32`;
  return {
    name: 'PyTorch',
    label: `torch ${version}, ${where}`,
    time: async () => {
      child.stdin.write('run\n');
      return 1000 * Number(await answer());
    },
    close: async () => child.stdin.end(),
  };
}
