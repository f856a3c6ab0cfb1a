import { FORMAT_START_BYTES, networkFileFormat } from '@sillage/fourdvarnet/inspection';
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

/** The weights are read once; the manifest is then looked at as often as it changes. A worker has one file in its life. */
let opened: OpenedNetwork | 'onnx' | null = null;

scope.addEventListener('message', ({ data }) => scope.postMessage(answer(data)));

function answer({ id, file, ...asked }: NetworkLookRequest): NetworkLookReply {
  try {
    opened ??= open(file);
    return opened === 'onnx'
      ? { kind: 'no-weights', id }
      : { kind: 'look', id, look: lookAtNetwork(opened, asked, file.name) };
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
  const start = new Uint8Array(Math.min(FORMAT_START_BYTES, file.size));
  source.readInto(start, 0);
  return networkFileFormat(start) === 'onnx' ? 'onnx' : openNetwork(source, file.name);
}
