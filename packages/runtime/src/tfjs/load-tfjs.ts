import { createRequire } from 'node:module';
import { RuntimeError } from '../network-runtime.js';

export type Tfjs = typeof import('@tensorflow/tfjs-core');

export type LoadedTfjs = {
  readonly tf: Tfjs;
  readonly backend: 'tensorflow' | 'cpu';
  readonly version: string;
};

/** By require(): the packages' ES modules are a second copy, whose backends the first does not know. */
const require = createRequire(import.meta.url);

/**
 * tfjs with the native TensorFlow library where an operator has installed `@tensorflow/tfjs-node-gpu`, else its backend in
 * plain JavaScript.
 *
 * @throws {@link RuntimeError} `unavailable` where neither is installed.
 */
export async function loadTfjs(): Promise<LoadedTfjs> {
  const native = optional('@tensorflow/tfjs-node-gpu');
  if (native !== null) {
    await native.ready();
    return { tf: native, backend: 'tensorflow', version: `@tensorflow/tfjs-node-gpu ${native.version_core}` };
  }
  const tf = optional('@tensorflow/tfjs-core');
  if (tf === null || optional('@tensorflow/tfjs-backend-cpu') === null) {
    throw new RuntimeError(
      'unavailable',
      'tfjs is not installed: npm install @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu (slow, to check others), ' +
        'or @tensorflow/tfjs-node-gpu',
    );
  }
  tf.enableProdMode(); // else it recommends its other packages on stderr
  await tf.setBackend('cpu');
  return { tf, backend: 'cpu', version: `@tensorflow/tfjs-core ${tf.version_core}` };
}

function optional(name: string): Tfjs | null {
  try {
    return require(name) as Tfjs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw new RuntimeError('unavailable', `${name} does not load: ${String(error)}`, { cause: error });
  }
}
