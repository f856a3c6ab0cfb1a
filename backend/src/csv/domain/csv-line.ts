/**
 * A line of a CSV file after RFC 4180: CRLF, quotes where they are needed. Numbers are the shortest decimals that give the
 * same float64.
 */
export function csvLine(cells: readonly (string | number | boolean | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number | boolean | null): string {
  const content = value === null ? '' : String(value);
  // A spreadsheet would run a text that begins like a formula.
  const inert = typeof value === 'string' && /^[=+\-@\t\r]/.test(content) ? `'${content}` : content;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
