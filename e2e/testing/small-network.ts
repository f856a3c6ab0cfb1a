import { writeFile } from 'node:fs/promises';
import { GraphBuilder, onnxModel, writeSafetensors } from '@sillage/fourdvarnet';

const DAYS = 5;
const WIDTH = 6;

type Tensor = { shape: number[]; data: Float32Array };

/** A network that nobody has trained: small weights, the same on every machine. */
export async function writeSmallNetwork(path: string, change: (value: number) => number = (value) => value) {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const convolution = (name: string, outputs: number, inputs: number): [string, Tensor][] => {
    const scale = 1 / Math.sqrt(inputs * 9);
    const data = (length: number) => Float32Array.from({ length }, () => change(random() * scale));
    return [
      [`${name}.weight`, { shape: [outputs, inputs, 3, 3], data: data(outputs * inputs * 9) }],
      [`${name}.bias`, { shape: [outputs], data: data(outputs) }],
    ];
  };
  const weights = new Map([
    ...convolution('prior_cost.conv_in', WIDTH, DAYS),
    ...convolution('prior_cost.conv_hidden', WIDTH, WIDTH),
    ...convolution('prior_cost.bilin_1', WIDTH, WIDTH),
    ...convolution('prior_cost.bilin_21', WIDTH, WIDTH),
    ...convolution('prior_cost.bilin_22', WIDTH, WIDTH),
    ...convolution('prior_cost.conv_out', DAYS, 2 * WIDTH),
    ...convolution('grad_mod.gates', 4 * WIDTH, DAYS + WIDTH),
    ...convolution('grad_mod.conv_out', DAYS, WIDTH),
  ]);
  await writeFile(path, writeSafetensors(weights, {}));
}

/** How it is run: `n_step` makes it as slow as a test wants to watch. */
export const smallManifest = (steps: number): string => `architecture: starter
n_step: ${steps}
lr_grad: 1
prior_downsamp: 2
normalisation: {from: observations}
patch: {time: ${DAYS}, lat: 20, lon: 24}
strides: {time: 1, lat: 10, lon: 12}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 2, lon: 2}}
batch_size: 4
spacing_deg: 0.2
`;

const ONNX_PATCH = { batch: 4, lat: 20, lon: 24 };

/**
 * A convolutional network as ONNX, with fixed axes: `obs` and, behind each other in `about`, a mask and the latitude; gives
 * `ssh`. Every day is the observations around each node, spread by a filter: no good map, but one that depends on them.
 */
export function smallOnnx(): Uint8Array {
  const g = new GraphBuilder();
  const { batch, lat, lon } = ONNX_PATCH;
  const obs = g.input('obs', [batch, DAYS, lat, lon]);
  const about = g.input('about', [batch, 2 * DAYS, lat, lon]);
  const weight = new Float32Array(DAYS * 3 * DAYS * 9);
  for (let day = 0; day < DAYS; day++) {
    for (let tap = 0; tap < 9; tap++) {
      weight[(day * 3 * DAYS + day) * 9 + tap] = 0.2; // observations of the day
      weight[(day * 3 * DAYS + DAYS + day) * 9 + tap] = 0.01; // its mask
      weight[(day * 3 * DAYS + 2 * DAYS + day) * 9 + tap] = -0.02; // latitude
    }
  }
  const spread = g.convolution(g.concatenate(obs, about), {
    weight: g.constant('spread', [DAYS, 3 * DAYS, 3, 3], weight),
    padding: 1,
  });
  return onnxModel(g.build({ ssh: g.tanh(spread) }));
}

export const smallOnnxManifest = `architecture: onnx
inputs:
  obs: [observations]
  about: [mask, latitude]
output: {name: ssh, quantity: ssh}
normalisation: {from: observations}
patch: {time: ${DAYS}, lat: ${ONNX_PATCH.lat}, lon: ${ONNX_PATCH.lon}}
strides: {time: 1, lat: 10, lon: 12}
reconstruction_weight: {time: triangular, offset: 1, crop: {lat: 2, lon: 2}}
batch_size: ${ONNX_PATCH.batch}
spacing_deg: 0.2
`;

/** The same file with an operator that no runtime has: the name is as long as the one that it replaces. */
export function withUnknownOperator(onnx: Uint8Array): Uint8Array {
  const text = Buffer.from(onnx).toString('latin1');
  if (!text.includes('\x04Tanh')) throw new Error('the network has no Tanh');
  return Buffer.from(text.replaceAll('\x04Tanh', '\x04Tanz'), 'latin1'); // a length of 4, and the name
}

/** The same file with a tensor that says that it lies in another file: a second part of the graph is merged into the first. */
export function withExternalData(onnx: Uint8Array): Uint8Array {
  const graph = [0x3a, 4]; // field 7 of a ModelProto, 4 bytes
  const initializer = [0x2a, 2]; // field 5 of a GraphProto, 2 bytes
  const location = [0x70, 1]; // field 14 of a TensorProto: external
  return Buffer.concat([onnx, Uint8Array.from([...graph, ...initializer, ...location])]);
}

/**
 * What torch.save wrote before its files were archives, with a command where the weights should be: nothing of it may ever
 * be executed.
 */
export async function writeEvilCheckpoint(path: string, command: string): Promise<void> {
  const pickled = (...parts: (string | Buffer)[]) =>
    Buffer.concat(
      ['\x80\x02', ...parts, '.'].map((part) =>
        typeof part === 'string' ? Buffer.from(part, 'latin1') : part,
      ),
    );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(command));
  await writeFile(
    path,
    Buffer.concat([
      pickled('\x8a\x0a', Buffer.from('6cfc9c46f9206aa85019', 'hex')), // the magic number
      pickled('M\xe9\x03'), // protocol 1001
      pickled('}X\x0d\x00\x00\x00little_endian\x88s'), // the machine that wrote it
      pickled('cposix\nsystem\nX', length, Buffer.from(command), '\x85R'),
      pickled(']'),
    ]),
  );
}
