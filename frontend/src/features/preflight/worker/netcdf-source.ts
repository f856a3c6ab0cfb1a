import { NetcdfError, type ByteSource } from '@sillage/netcdf/portable';
import { blobByteSource, type SyncReader } from '../../../lib/files/blob-byte-source';

/** A chosen file for the NetCDF reader; what cannot be read is told in the words of the server on an incomplete file. */
export function netcdfSource(blob: Blob, name: string, reader: SyncReader): ByteSource {
  return blobByteSource(
    blob,
    reader,
    (found, cause) =>
      new NetcdfError(
        {
          code: 'unreadable-file',
          where: `the file ${name}`,
          found,
          expected: 'a complete NetCDF file',
          fix: 'Check the name and that the file opens with ncdump -h.',
        },
        { cause },
      ),
  );
}
