import type { ViewCell, ViewColumn, ViewTable } from '../export/view-table';

const FONT = "'IBM Plex Sans', 'Helvetica Neue', Arial, sans-serif";
export const TEXT_PX = 13;
export const SMALL_PX = 10.5;
const ROW_PX = 34;
const PADDING_PX = 10;
export const MARGIN_PX = 20;
export const LINE_PX = 17;
export const CHARACTER_PX = 0.56; // of the type size: a safe mean width of a letter
const HEAD_CHARACTERS = 12; // headings of narrow columns break after about so many
const BETTER = [140, 196, 222] as const; // the colours of the page in its light theme
const WORSE = [242, 176, 119] as const;
export const INK = '#0d1c27';
export const FAINT = '#586b77';
export const LINE = '#b6c4cb';

/** A part of a figure, drawn from `top` downwards. `index` tells its definitions from those of other parts. */
export type FigurePart = {
  title: string;
  draw: (top: number, index: number) => { svg: string; bottom: number; width: number };
};

/** Tables of a view as one figure for a paper or a slide: light, self-contained, with its legend and versions in it. */
export function viewSvg(tables: readonly ViewTable[], permalink: string): string {
  return figureSvg(tables.map(tablePart), permalink);
}

export function tablePart(table: ViewTable): FigurePart {
  return { title: table.title, draw: (top, index) => drawTable(table, top, index) };
}

/** Parts below each other, with the address that they come from. */
export function figureSvg(figure: readonly FigurePart[], permalink: string): string {
  const parts: string[] = [];
  let y = MARGIN_PX;
  let width = 0;
  for (const [index, part] of figure.entries()) {
    const drawn = part.draw(y, index);
    parts.push(drawn.svg);
    y = drawn.bottom + MARGIN_PX;
    width = Math.max(width, drawn.width);
  }
  const characters = Math.floor((width - 2 * MARGIN_PX) / (SMALL_PX * CHARACTER_PX));
  const source = `Sillage, ${permalink}`;
  for (const line of source.length <= characters
    ? [source]
    : ['Sillage,', ...pieces(permalink, characters)]) {
    parts.push(text(line, MARGIN_PX, y, { size: SMALL_PX, fill: FAINT }));
    y += LINE_PX;
  }
  const height = Math.ceil(y + MARGIN_PX / 2);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${height}" viewBox="0 0 ${Math.ceil(width)} ${height}" font-family="${xml(FONT)}" font-size="${TEXT_PX}" fill="${INK}">`,
    `<title>${xml(figure.map(({ title }) => title).join('; '))}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function drawTable(table: ViewTable, top: number, index: number) {
  const widths = table.columns.map((column, position) => columnWidth(table, column, position));
  const lefts = widths.map((_, position) =>
    widths.slice(0, position).reduce((sum, width) => sum + width, MARGIN_PX),
  );
  const right = MARGIN_PX + widths.reduce((sum, width) => sum + width, 0);
  const svg: string[] = [];
  const width = Math.max(right + MARGIN_PX, 560);
  const heading = titleText(table.title, top + TEXT_PX + 4, width);
  svg.push(heading.svg);
  let y = heading.bottom + 14;

  const edges = groupEdges(table).map((position) => lefts[position] ?? right);
  const headTop = y;
  if (table.groups.length > 0) {
    y += LINE_PX;
    let column = 0;
    for (const { label, span } of table.groups) {
      const from = lefts[column] ?? right;
      const to = lefts[column + span] ?? right;
      if (label !== '') svg.push(text(label, (from + to) / 2, y - 2, { anchor: 'middle', weight: 600 }));
      column += span;
    }
  }
  const heads = table.columns.map((column, position) =>
    table.rows.every((row) => row.cells[position]?.isImpossible) && table.rows.length > 0
      ? []
      : wrapped(column.label, headCharacters(column)),
  );
  const headLines = Math.max(1, ...heads.map((lines) => lines.length));
  for (const [position, lines] of heads.entries()) {
    const { x, anchor } = anchorOf(table.columns[position]!, lefts[position]!, widths[position]!);
    lines.forEach((line, number) =>
      svg.push(
        text(line, x, y + (headLines - lines.length + number + 1) * LINE_PX - 3, {
          anchor,
          size: TEXT_PX - 1,
          fill: FAINT,
        }),
      ),
    );
  }
  y += headLines * LINE_PX + 6;
  svg.push(rule(MARGIN_PX, right, y, INK));

  const lastPinned = table.rows.findLastIndex(({ isPinned }) => isPinned);
  table.rows.forEach((row, number) => {
    row.cells.forEach((cell, position) => {
      svg.push(
        drawCell(cell, {
          column: table.columns[position]!,
          x: lefts[position]!,
          y,
          width: widths[position]!,
          isName: position === 0,
          hatch: `hatch-${index}`,
        }),
      );
    });
    y += ROW_PX;
    svg.push(
      rule(MARGIN_PX, right, y, number === lastPinned || number === table.rows.length - 1 ? INK : LINE),
    );
  });
  for (const edge of edges)
    svg.push(`<path d="M${fixed(edge)} ${fixed(headTop)}V${fixed(y)}" stroke="${LINE}"/>`);
  y += LINE_PX;

  if (table.rangePercent !== null && table.zero !== null) {
    svg.push(legend(table, index, y));
    y += LINE_PX + 6;
  }
  for (const note of table.notes) {
    for (const line of wrapped(note, (width - 2 * MARGIN_PX) / (SMALL_PX * CHARACTER_PX * 0.92))) {
      svg.push(text(line, MARGIN_PX, y, { size: SMALL_PX, fill: FAINT }));
      y += LINE_PX - 2;
    }
  }
  return { svg: [definitions(index), ...svg].join('\n'), bottom: y, width };
}

/** The title of a part, in as many lines as it takes; `bottom` is the last line's. */
export function titleText(title: string, top: number, width: number): { svg: string; bottom: number } {
  const size = TEXT_PX + 3;
  const lines = wrapped(title, (width - 2 * MARGIN_PX) / (size * CHARACTER_PX));
  const placed = lines.map((line, index) =>
    text(line, MARGIN_PX, top + index * (LINE_PX + 4), { size, weight: 600 }),
  );
  return { svg: placed.join('\n'), bottom: top + (lines.length - 1) * (LINE_PX + 4) };
}

function definitions(index: number): string {
  return [
    '<defs>',
    `<pattern id="hatch-${index}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#edf2f3"/><path d="M0 0V6" stroke="${LINE}"/></pattern>`,
    `<linearGradient id="scale-${index}"><stop offset="0" stop-color="${rgb(WORSE, 1)}"/><stop offset="0.5" stop-color="#ffffff"/><stop offset="1" stop-color="${rgb(BETTER, 1)}"/></linearGradient>`,
    '</defs>',
  ].join('');
}

function legend(table: ViewTable, index: number, y: number): string {
  const x = MARGIN_PX;
  const end = `${table.rangePercent} %`;
  return [
    text(`worse ≥ ${end}`, x, y, { size: SMALL_PX }),
    `<rect x="${x + 78}" y="${fixed(y - 10)}" width="120" height="11" fill="url(#scale-${index})" stroke="${LINE}"/>`,
    text(`≥ ${end} better than ${table.zero ?? ''}`, x + 206, y, { size: SMALL_PX }),
  ].join('\n');
}

type CellPlace = { column: ViewColumn; x: number; y: number; width: number; isName: boolean; hatch: string };

function drawCell(cell: ViewCell, { column, x, y, width, isName, hatch }: CellPlace): string {
  const box = (fill: string) =>
    `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${ROW_PX}" fill="${fill}"/>`;
  if (cell.isImpossible) return box(`url(#${hatch})`);
  const parts =
    cell.strength === 0 ? [] : [box(rgb(cell.strength > 0 ? BETTER : WORSE, Math.abs(cell.strength)))];
  const at = anchorOf(column, x, width);
  const weight = cell.isBest || isName ? 600 : 400;
  const beside = [cell.mark, cell.detail].filter((part) => part !== '').join(' ');
  const isStacked = cell.detail !== '';
  const main = isStacked || cell.mark === '' ? cell.text : `${cell.text} ${cell.mark}`;
  parts.push(text(main, at.x, y + (isStacked ? 15 : 21), { anchor: at.anchor, weight }));
  if (isStacked) parts.push(text(beside, at.x, y + 28, { anchor: at.anchor, size: SMALL_PX, fill: FAINT }));
  return parts.join('\n');
}

function anchorOf({ align }: ViewColumn, left: number, width: number): { x: number; anchor: string } {
  if (align === 'left') return { x: left + PADDING_PX / 2, anchor: 'start' };
  if (align === 'right') return { x: left + width - PADDING_PX, anchor: 'end' };
  return { x: left + width / 2, anchor: 'middle' };
}

const IMPOSSIBLE_PX = 14;

function columnWidth(table: ViewTable, column: ViewColumn, position: number): number {
  const cells = table.rows.map((row) => row.cells[position]!);
  if (cells.length > 0 && cells.every((cell) => cell.isImpossible)) return IMPOSSIBLE_PX;
  const widest = Math.max(
    ...wrapped(column.label, headCharacters(column)).map((line) => line.length * (TEXT_PX - 1)),
    ...cells.map(({ text: value, mark, detail }) =>
      Math.max(
        (value.length + (detail === '' && mark !== '' ? 2 : 0)) * TEXT_PX * (position === 0 ? 1.06 : 1),
        (detail.length + (mark === '' ? 0 : 2)) * SMALL_PX,
      ),
    ),
  );
  return Math.max(40, widest * CHARACTER_PX + 2 * PADDING_PX);
}

function headCharacters({ align }: ViewColumn): number {
  return align === 'centre' ? HEAD_CHARACTERS : 40;
}

/** Positions of the columns where a group begins, the first one left out. */
function groupEdges({ groups }: ViewTable): number[] {
  let column = 0;
  return groups.flatMap(({ span }) => {
    const first = column;
    column += span;
    return first === 0 ? [] : [first];
  });
}

/** An address has no words to break it between. */
function pieces(address: string, characters: number): string[] {
  return Array.from({ length: Math.ceil(address.length / characters) }, (_, index) =>
    address.slice(index * characters, (index + 1) * characters),
  );
}

/** Lines of at most so many characters, broken between words. */
export function wrapped(value: string, characters: number): string[] {
  const lines: string[] = [];
  for (const word of value.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > characters) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function rgb([red, green, blue]: readonly [number, number, number], strength: number): string {
  const mix = (value: number) => Math.round(255 + (value - 255) * strength);
  return `rgb(${mix(red)},${mix(green)},${mix(blue)})`;
}

type TextOptions = { anchor?: string; size?: number; weight?: number; fill?: string };

/** One line of text. */
export function text(value: string, x: number, y: number, options: TextOptions = {}): string {
  const { anchor = 'start', size, weight, fill } = options;
  const attributes = [
    `x="${fixed(x)}" y="${fixed(y)}"`,
    anchor === 'start' ? '' : `text-anchor="${anchor}"`,
    size === undefined ? '' : `font-size="${size}"`,
    weight === undefined ? '' : `font-weight="${weight}"`,
    fill === undefined ? '' : `fill="${fill}"`,
  ];
  return `<text ${attributes.filter((part) => part !== '').join(' ')}>${xml(value)}</text>`;
}

function rule(from: number, to: number, y: number, colour: string): string {
  return `<path d="M${fixed(from)} ${fixed(y)}H${fixed(to)}" stroke="${colour}"/>`;
}

/** To a tenth of a pixel. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text inside XML; characters that XML forbids are left out. */
export function xml(value: string): string {
  return value
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
