import { blobByteSource, type SyncReader } from '../../../../lib/files/blob-byte-source';
import type { NetworkLookReply, NetworkLookRequest } from '../network-look';
import { lookAtNetwork, openNetwork, type OpenedNetwork } from './look-at-network';

/** The parts of a worker's global scope that are used here; the DOM's types know windows only. */
type WorkerScope = {
  postMessage: (reply: NetworkLookReply) => void;
  addEventListener: (type: 'message', listen: (event: MessageEvent<NetworkLookRequest>) => void) => void;
  FileReaderSync: new () => SyncReader;
};

const scope = globalThis as unknown as WorkerScope;
/** The first field of every ONNX file in use is its version, a small number; checkpoints begin otherwise. */
const FIRST_BYTE_OF_ONNX = 0x08;

/** The weights are read once; the manifest is then looked at as often as it changes. A worker has one file in its life. */
let opened: OpenedNetwork | 'onnx' | null = null;

scope.addEventListener('message', ({ data }) => scope.postMessage(answer(data)));

function answer({ id, file, manifestText }: NetworkLookRequest): NetworkLookReply {
  try {
    opened ??= open(file);
    return opened === 'onnx'
      ? { kind: 'no-weights', id }
      : { kind: 'look', id, look: lookAtNetwork(opened, manifestText, file.name) };
  } catch (error) {
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
  }
}

function open(file: File): OpenedNetwork | 'onnx' {
  const source = blobByteSource(
    file,
    new scope.FileReaderSync(),
    (found, cause) => new Error(`${file.name}: ${found}.`, { cause }),
  );
  const first = new Uint8Array(Math.min(1, file.size));
  source.readInto(first, 0);
  return first[0] === FIRST_BYTE_OF_ONNX ? 'onnx' : openNetwork(source, file.name);
}
