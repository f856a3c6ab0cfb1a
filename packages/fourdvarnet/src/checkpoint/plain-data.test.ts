import { describe, expect, it } from 'vitest';
import { bytesOf, tensorOf, torchZip, float32Bytes } from '../testing/checkpoint-writer.js';
import { DEFAULT_CHECKPOINT_LIMITS } from './checkpoint-limits.js';
import { PickleReader } from './pickle/pickle-reader.js';
import { plainData } from './plain-data.js';
import { readCheckpoint } from './read-checkpoint.js';

function copyOf(...parts: (string | number | Uint8Array)[]) {
  const reader = new PickleReader(bytesOf(...parts, '.'), DEFAULT_CHECKPOINT_LIMITS, 'the test');
  return plainData(reader.read(0).value, DEFAULT_CHECKPOINT_LIMITS);
}

describe('plainData', () => {
  it('writes as text what JSON cannot say', () => {
    expect(copyOf('(Fnan\nFinf\nL123456789012345678901\nt').data).toEqual([
      'NaN',
      'Infinity',
      '123456789012345678901',
    ]);
  });

  it('stops at a value that contains itself', () => {
    const { data, wasCutShort } = copyOf(']q', 0, 'h', 0, 'a');
    expect(wasCutShort).toBe(true);
    expect(JSON.stringify(data)).toContain('<left out>');
    expect(copyOf('}q', 0, 'U', 1, 'ah', 0, 's').wasCutShort).toBe(true);
  });

  it('stops at shared values that double forty times', () => {
    const doubled = bytesOf(...Array.from({ length: 40 }, () => bytesOf('2', 0x86)));
    const { data, wasCutShort } = copyOf('N', doubled);
    expect(wasCutShort).toBe(true);
    expect(JSON.stringify(data).length).toBeLessThan(2_000_000);
  });

  it('stops at a long text that is repeated', () => {
    const text = bytesOf('X', Uint8Array.of(0, 0, 1, 0), 'x'.repeat(65_536), 'q', 0);
    const { data, wasCutShort } = copyOf('(', text, ...Array.from({ length: 5000 }, () => 'h\0'), 'l');
    expect(wasCutShort).toBe(true);
    expect(JSON.stringify(data).length).toBeLessThan(2_000_000);
  });

  it('names an object after the class at the bottom of a chain of calls', () => {
    expect(copyOf('ca\nB\n', ')R'.repeat(5000)).data).toBe('<a.B>');
  });

  it('keeps a checkpoint readable whose hyper-parameters are cut short', () => {
    const bytes = torchZip(
      {
        dict: [
          ['state_dict', { dict: [['w', tensorOf({ count: 1 }, [1])]] }],
          ['hyper_parameters', { raw: bytesOf(']q', 9, 'h', 9, 'a') }],
        ],
      },
      { 0: float32Bytes(1) },
    );
    const { tensors, warnings } = readCheckpoint(bytes);
    expect(tensors.size).toBe(1);
    expect(warnings).toEqual(['hyper_parameters are long or deep: a part of them was left out.']);
  });
});
