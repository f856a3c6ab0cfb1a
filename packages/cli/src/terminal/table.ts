export type Column<Row> = { title: string; align?: 'left' | 'right'; value: (row: Row) => string };

/** Rows as aligned text; numbers to the right. `below` come under a line of their own. */
export function formatTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  below: readonly Row[] = [],
): string {
  const cells = [
    columns.map((column) => column.title),
    ...[...rows, ...below].map((row) => columns.map((column) => column.value(row))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => displayWidth(line[index] ?? ''))));
  const lines = cells.map((line) =>
    line
      .map((cell, index) => {
        const blank = ' '.repeat((widths[index] ?? 0) - displayWidth(cell));
        return columns[index]?.align === 'right' ? blank + cell : cell + blank;
      })
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  const above = lines.slice(1, rows.length + 1);
  return [
    lines[0],
    rule,
    ...above,
    ...(below.length > 0 ? [rule] : []),
    ...lines.slice(rows.length + 1),
  ].join('\n');
}

/** Characters on screen: code points without combining marks. */
function displayWidth(text: string): number {
  return [...text.normalize('NFC')].filter((character) => !/\p{Mark}/u.test(character)).length;
}
