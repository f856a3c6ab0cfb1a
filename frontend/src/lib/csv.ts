/** Records as a table for spreadsheets: a line of column names, then one line each. */
export function csvText<Column extends string>(
  columns: readonly Column[],
  records: readonly Record<Column, string | number | null>[],
): string {
  const lines = records.map((record) => columns.map((column) => csvCell(record[column] ?? null)).join(','));
  return [columns.join(','), ...lines].join('\r\n') + '\r\n';
}

/** RFC 4180. Text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay numbers. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
