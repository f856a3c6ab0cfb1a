import { csvText } from '@sillage/contracts';

/** Records as a table for spreadsheets: a line of column names, then one line each. */
export function recordsCsv<Column extends string>(
  columns: readonly Column[],
  records: readonly Record<Column, string | number | null>[],
): string {
  return csvText([columns, ...records.map((record) => columns.map((column) => record[column]))]);
}
