import { describe, expect, test } from 'vitest';
import {
  contractFaults,
  contractFromFile,
  contractLines,
  ONNX_CONTRACT_DEFAULTS,
  type OnnxContractValues,
  type OnnxFileFacts,
} from './onnx-contract';

const patch = { time: '5', lat: '24', lon: '32', batch: '4' };
const file: OnnxFileFacts = {
  inputs: [
    { name: 'obs', dims: ['batch', 5, 24, 32] },
    { name: 'extra', dims: ['batch', 10, 24, 32] },
  ],
  outputs: [{ name: 'y', dims: ['batch', 5, 24, 32] }],
};
const good: OnnxContractValues = {
  ...ONNX_CONTRACT_DEFAULTS,
  inputs: [
    { name: 'obs', kinds: ['observations'] },
    { name: 'extra', kinds: ['mask', 'day-of-year'] },
  ],
  outputName: 'y',
};

describe('the contract that a file suggests', () => {
  test('has its names, its fixed axes, and a field for each block of days', () => {
    const { contract, patch: sizes } = contractFromFile(file);
    expect(contract).toEqual({
      inputs: [
        { name: 'obs', kinds: ['observations'] },
        { name: 'extra', kinds: ['', ''] }, // two fields, and nothing says which
      ],
      outputName: 'y',
    });
    expect(sizes).toEqual({ time: '5', lat: '24', lon: '32' });
  });

  test('leaves free what is free in the file', () => {
    const free = { name: 'x', dims: ['n', null, 'h', 'w'] };
    expect(contractFromFile({ inputs: [free], outputs: [{ name: 'y', dims: null }] })).toEqual({
      contract: { inputs: [{ name: 'x', kinds: [''] }], outputName: 'y' },
      patch: {},
    });
  });

  test.each([
    { name: 'obs_mask', kind: 'mask' },
    { name: 'ssh_oi', kind: 'oi' },
    { name: 'sst', kind: 'sst' },
    { name: 'doy', kind: 'day-of-year' },
    { name: 'lat', kind: 'latitude' },
    { name: 'longitude', kind: 'longitude' },
    { name: 'ssh_nadir', kind: 'observations' },
    { name: 'coil', kind: '' },
    { name: 'input', kind: '' },
  ])('guesses "$kind" from the name $name', ({ name, kind }) => {
    const { contract } = contractFromFile({ inputs: [{ name, dims: null }], outputs: [] });
    expect(contract.inputs).toEqual([{ name, kinds: [kind] }]);
  });
});

describe('a contract', () => {
  test('that fits its file has no fault, read or not', () => {
    expect(contractFaults(good, patch, file)).toEqual({});
    expect(contractFaults(good, patch, null)).toEqual({});
  });

  test.each<{ name: string; change: Partial<OnnxContractValues>; field: string; text: RegExp }>([
    {
      name: 'an output of another name',
      change: { outputName: 'z' },
      field: 'outputName',
      text: /it has y\.$/,
    },
    { name: 'no output', change: { outputName: ' ' }, field: 'outputName', text: /Give the name/ },
    {
      name: 'an input that the file has not',
      change: { inputs: [...good.inputs, { name: 'sst', kinds: ['sst'] }] },
      field: 'inputs.2.name',
      text: /no input 'sst'; it has obs, extra/,
    },
    {
      name: 'an input left out',
      change: { inputs: good.inputs.slice(0, 1) },
      field: 'inputs',
      text: /also reads 'extra' \[batch, 10, 24, 32\]/,
    },
    {
      name: 'an input twice',
      change: { inputs: [...good.inputs, { name: 'obs', kinds: ['mask'] }] },
      field: 'inputs.2.name',
      text: /above already/,
    },
    {
      name: 'a field too few',
      change: { inputs: [good.inputs[0]!, { name: 'extra', kinds: ['mask'] }] },
      field: 'inputs.1.name',
      text: /\[batch, 10, 24, 32\].*\[4, 5, 24, 32\]/,
    },
    {
      name: 'a field that nobody named',
      change: { inputs: [good.inputs[0]!, { name: 'extra', kinds: ['mask', ''] }] },
      field: 'inputs.1.kinds.1',
      text: /Say what it holds/,
    },
    {
      name: 'no observations',
      change: { inputs: [{ name: 'obs', kinds: ['mask'] }, good.inputs[1]!] },
      field: 'inputs',
      text: /without them/,
    },
  ])('with $name says so at its field', ({ change, field, text }) => {
    const faults = contractFaults({ ...good, ...change }, patch, file);
    expect(Object.keys(faults)).toEqual([field]);
    expect(faults[field]).toMatch(text);
  });

  test('whose patch is not the one of the file says which shape each would have', () => {
    const faults = contractFaults(good, { ...patch, lat: '20' }, file);
    expect(Object.keys(faults)).toEqual(['inputs.0.name', 'inputs.1.name']);
  });

  test('is written with the names as they are, and normalises SST where it reads it', () => {
    const odd = { ...good, inputs: [{ name: 'a: "b"', kinds: ['sst' as const] }] };
    expect(contractLines(odd, { mean: '', std: '' })).toEqual([
      'inputs:',
      '  "a: \\"b\\"": [sst]',
      'output: {name: "y", quantity: ssh}',
      'missing_value: zero',
      'sst_normalisation: {from: sst}',
    ]);
  });
});
