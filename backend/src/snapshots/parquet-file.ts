import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Column } from './domain/snapshot-table.js';

/** A table as one Parquet file; every column may be null, and the file's metadata says what each means. */
export function parquetFile<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Uint8Array {
  const bytes = parquetWriteBuffer({
    columnData: columns.map(({ name, type, value }) => ({
      name,
      type,
      data: rows.map(value),
      nullable: true,
    })),
    codec: 'UNCOMPRESSED', // it goes into a zip
    kvMetadata: columns.map(({ name, meaning }) => ({ key: name, value: meaning })),
  });
  return new Uint8Array(bytes);
}
