'use client';

import type { MapManifest } from '@sillage/contracts';
import { useEffect, useRef, type PointerEvent } from 'react';
import { readChartColours, rgbOf } from '../chart-colours';
import { colourGradient } from './colour-map';
import { aspectOf, extentOf, latitudeTicks, longitudeTicks, nearestIndex } from './field-map.config';
import {
  fieldBarLabels,
  paintField,
  paintMissing,
  type Edge,
  type Field,
  type FieldScale,
} from './ocean-map.config';
import styles from './coloured-map.module.css';
import { prepareCanvas } from '../prepare-canvas';
import { useThemeVersion } from '../use-theme-version';

/** A place of the grid, shared by all maps so that they can be read together. */
export type Cursor = { lonIndex: number; latIndex: number };

/** Lines of longitude and latitude. */
export type Coast = readonly (readonly (readonly [number, number])[])[];

type Props = {
  title: string;
  description: string;
  grid: Pick<MapManifest, 'lonDeg' | 'latDeg'>;
  scale: FieldScale;
  /** Null while it loads. */
  field: Field | null;
  /** A second map, drawn over the first from `share` of the width on to the right. */
  beyond?: { field: Field | null; share: number } | undefined;
  /** Called with the share of the width that is pressed or dragged to, where there is a second map. */
  onShare?: ((share: number) => void) | undefined;
  /** A field whose missing places are land; null: nothing is known of land. */
  land: Field | null;
  coast: Coast;
  /** Outline of what was observed, drawn over the map. */
  observed: readonly Edge[] | null;
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
};

const MARGIN = { left: 34, right: 6, top: 6, bottom: 20 };
const OVER_MAP = 'rgb(13 28 39 / 85%)'; // drawn over colours that are the same in both themes
const HALO = 'rgb(255 255 255 / 80%)';

export function OceanMap(props: Props) {
  const { title, description, grid, scale, beyond, onShare, onCursor } = props;
  const { field, land, coast, observed, cursor } = props;
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();
  const extent = extentOf(grid);
  const beyondField = beyond?.field ?? null;
  const share = beyond?.share ?? null;

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const paint = () =>
      paintMap({ canvas, grid, scale, field, beyondField, share, land, coast, observed, cursor });
    const observer = new ResizeObserver(paint);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [grid, scale, field, beyondField, share, land, coast, observed, cursor, themeVersion]);

  function point(event: PointerEvent<HTMLCanvasElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    const y = (event.clientY - box.top - MARGIN.top) / (box.height - MARGIN.top - MARGIN.bottom);
    if (onShare !== undefined && event.buttons === 1) onShare(Math.max(0, Math.min(1, x)));
    const lonIndex = nearestIndex(grid.lonDeg, extent.west + x * (extent.east - extent.west));
    const latIndex = nearestIndex(grid.latDeg, extent.north - y * (extent.north - extent.south));
    onCursor(lonIndex === null || latIndex === null ? null : { lonIndex, latIndex });
  }

  return (
    <figure className={styles.map}>
      <figcaption className={styles.title}>{title}</figcaption>
      <canvas
        ref={canvasRef}
        className={styles.canvas}
        style={{ aspectRatio: String(aspectOf(extent)) }}
        role="img"
        aria-label={description}
        onPointerMove={point}
        onPointerDown={point}
        onPointerLeave={() => onCursor(null)}
      />
      <div className={styles.bar} aria-hidden="true">
        <i style={{ background: colourGradient(scale.map) }} />
        {fieldBarLabels(scale).map((label, index) => (
          <span key={index}>{label}</span>
        ))}
      </div>
    </figure>
  );
}

type PaintOptions = Pick<Props, 'grid' | 'scale' | 'field' | 'land' | 'coast' | 'observed' | 'cursor'> & {
  canvas: HTMLCanvasElement;
  beyondField: Field | null;
  share: number | null;
};

function paintMap(options: PaintOptions): void {
  const { canvas, grid, scale, field, beyondField, share, land, coast, observed, cursor } = options;
  const context = prepareCanvas(canvas);
  if (context === null) return;
  const colours = readChartColours(canvas.parentElement ?? document.body);
  const width = canvas.clientWidth - MARGIN.left - MARGIN.right;
  const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom;
  const extent = extentOf(grid);
  const size = { latCount: grid.latDeg.length, lonCount: grid.lonDeg.length };
  const x = (lonDeg: number) => ((lonDeg - extent.west) / (extent.east - extent.west)) * width;
  const y = (latDeg: number) => ((extent.north - latDeg) / (extent.north - extent.south)) * height;
  const lonTicks = longitudeTicks(extent, Math.max(2, width / 60));
  const latTicks = latitudeTicks(extent, Math.max(2, height / 44));

  context.translate(MARGIN.left, MARGIN.top);
  context.fillStyle = colours.line;
  context.fillRect(0, 0, width, height); // places without a value show this
  context.imageSmoothingEnabled = false; // a grid cell is a grid cell
  const draw = (pixels: Uint8ClampedArray<ArrayBuffer>) => {
    const picture = new OffscreenCanvas(size.lonCount, size.latCount);
    picture.getContext('2d')?.putImageData(new ImageData(pixels, size.lonCount), 0, 0);
    context.drawImage(picture, 0, 0, width, height);
  };
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  if (field !== null) draw(paintField(field, scale, size));
  if (share !== null && beyondField !== null) {
    context.save();
    context.beginPath();
    context.rect(share * width, 0, width, height);
    context.clip();
    context.fillStyle = colours.line;
    context.fillRect(0, 0, width, height);
    draw(paintField(beyondField, scale, size));
    context.restore();
  }
  if (land !== null) draw(paintMissing(land, rgbOf(colours.land), size));

  context.strokeStyle = 'rgb(255 255 255 / 22%)';
  context.lineWidth = 1;
  context.beginPath();
  for (const { value } of lonTicks) {
    context.moveTo(x(value), 0);
    context.lineTo(x(value), height);
  }
  for (const { value } of latTicks) {
    context.moveTo(0, y(value));
    context.lineTo(width, y(value));
  }
  context.stroke();

  context.beginPath();
  for (const line of coast)
    line.forEach(([lon, lat], index) =>
      index === 0 ? context.moveTo(x(lon), y(lat)) : context.lineTo(x(lon), y(lat)),
    );
  context.strokeStyle = OVER_MAP;
  context.lineWidth = 0.75;
  context.stroke();

  if (observed !== null) {
    const [stepX, stepY] = [width / size.lonCount, height / size.latCount];
    context.beginPath();
    for (const { x1, y1, x2, y2 } of observed) {
      context.moveTo(x1 * stepX, y1 * stepY);
      context.lineTo(x2 * stepX, y2 * stepY);
    }
    strokeWithHalo(context, 2.25, 0.9);
  }
  if (share !== null) {
    context.beginPath();
    context.moveTo(share * width, 0);
    context.lineTo(share * width, height);
    strokeWithHalo(context, 4, 1.5);
  }
  if (cursor !== null) {
    const cursorX = x(grid.lonDeg[cursor.lonIndex] ?? 0);
    const cursorY = y(grid.latDeg[cursor.latIndex] ?? 0);
    context.beginPath();
    context.moveTo(cursorX - 9, cursorY);
    context.lineTo(cursorX + 9, cursorY);
    context.moveTo(cursorX, cursorY - 9);
    context.lineTo(cursorX, cursorY + 9);
    strokeWithHalo(context, 3, 1);
  }
  context.restore();

  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.fillStyle = colours.inkFaint;
  context.textAlign = 'center';
  for (const tick of lonTicks) {
    const position = x(tick.value);
    context.fillRect(position, height, 1, 4);
    context.fillText(tick.label, Math.max(12, Math.min(width - 12, position)), height + 16);
  }
  context.textAlign = 'right';
  for (const tick of latTicks) {
    const position = y(tick.value);
    context.fillRect(-4, position, 4, 1);
    context.fillText(tick.label, -6, Math.max(8, position + 4));
  }
  context.strokeStyle = colours.inkFaint;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
}

/** Dark on light around it: seen over every colour of a map. */
function strokeWithHalo(context: CanvasRenderingContext2D, haloWidth: number, lineWidth: number): void {
  context.strokeStyle = HALO;
  context.lineWidth = haloWidth;
  context.stroke();
  context.strokeStyle = OVER_MAP;
  context.lineWidth = lineWidth;
  context.stroke();
}
