import { describe, expect, it } from 'vitest';
import { readableError } from './hdf5-output.js';

describe('a failure of the HDF5 library', () => {
  it('is told by what the system said, in one line', () => {
    const trace = new Error(
      "HDF5-DIAG: Error detected in HDF5 (2.0.0):\n  #000: H5D.c line 1 in H5Dwrite()\n  #001: H5FDsec2.c line 2: file write failed: time = now, filename = 'map.nc.partial', errno = 51, error message = 'No space left on device', total write size = 10",
    );
    const readable = readableError(trace, 'map.nc');
    expect(readable).toMatchObject({
      message: 'map.nc cannot be written: No space left on device',
      code: 'ENOSPC',
      cause: trace,
    });
  });

  it('keeps every other error as it is', () => {
    const error = new RangeError('40 m does not fit int16');
    expect(readableError(error, 'map.nc')).toBe(error);
  });
});
