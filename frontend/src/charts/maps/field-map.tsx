'use client';

import type { MapLayer, MapManifest } from '@sillage/contracts';
import { useEffect, useRef, type PointerEvent } from 'react';
import { readChartColours, rgbOf } from '../chart-colours';
import { colourGradient } from './colour-map';
import {
  aspectOf,
  colourBarLabels,
  extentOf,
  latitudeTicks,
  longitudeTicks,
  nearestIndex,
  paintFrame,
  paintLand,
  type ColourScale,
} from './field-map.config';
import styles from './coloured-map.module.css';
import { prepareCanvas } from '../prepare-canvas';
import { useThemeVersion } from '../use-theme-version';

/** A place of the grid, shared by all maps so that they can be read together. */
export type Cursor = { lonIndex: number; latIndex: number };

type Props = {
  title: string;
  description: string;
  manifest: MapManifest;
  layer: MapLayer;
  scale: ColourScale;
  frame: Int16Array | null;
  /** A frame of the reference, whose missing places are land; `null`: nothing is known of land. */
  land: Int16Array | null;
  cursor: Cursor | null;
  onCursor: (cursor: Cursor | null) => void;
};

const MARGIN = { left: 34, right: 6, top: 6, bottom: 20 };

export function FieldMap({
  title,
  description,
  manifest,
  layer,
  scale,
  frame,
  land,
  cursor,
  onCursor,
}: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();
  const extent = extentOf(manifest);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const paint = () => paintMap({ canvas, manifest, layer, scale, frame, land, cursor });
    const observer = new ResizeObserver(paint);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [manifest, layer, scale, frame, land, cursor, themeVersion]);

  function point(event: PointerEvent<HTMLCanvasElement>) {
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    const y = (event.clientY - box.top - MARGIN.top) / (box.height - MARGIN.top - MARGIN.bottom);
    const lonIndex = nearestIndex(manifest.lonDeg, extent.west + x * (extent.east - extent.west));
    const latIndex = nearestIndex(manifest.latDeg, extent.north - y * (extent.north - extent.south));
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
        {colourBarLabels(layer, scale).map((label) => (
          <span key={label}>{label}</span>
        ))}
      </div>
    </figure>
  );
}

type PaintOptions = Pick<Props, 'manifest' | 'layer' | 'scale' | 'frame' | 'land' | 'cursor'> & {
  canvas: HTMLCanvasElement;
};

function paintMap({ canvas, manifest, layer, scale, frame, land, cursor }: PaintOptions): void {
  const context = prepareCanvas(canvas);
  if (context === null) return;
  const colours = readChartColours(canvas.parentElement ?? document.body);
  const width = canvas.clientWidth - MARGIN.left - MARGIN.right;
  const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom;
  const extent = extentOf(manifest);
  const size = { latCount: manifest.latDeg.length, lonCount: manifest.lonDeg.length };
  const x = (lonDeg: number) => ((lonDeg - extent.west) / (extent.east - extent.west)) * width;
  const y = (latDeg: number) => ((extent.north - latDeg) / (extent.north - extent.south)) * height;

  context.translate(MARGIN.left, MARGIN.top);
  context.fillStyle = colours.line;
  context.fillRect(0, 0, width, height); // places without a value show this
  context.imageSmoothingEnabled = false; // a grid cell is a grid cell
  const draw = (pixels: Uint8ClampedArray<ArrayBuffer>) => {
    const picture = new OffscreenCanvas(size.lonCount, size.latCount);
    picture.getContext('2d')?.putImageData(new ImageData(pixels, size.lonCount), 0, 0);
    context.drawImage(picture, 0, 0, width, height);
  };
  if (frame !== null) draw(paintFrame(frame, layer, scale, size));
  if (land !== null) draw(paintLand(land, rgbOf(colours.land), size));

  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.fillStyle = colours.inkFaint;
  context.textAlign = 'center';
  for (const tick of longitudeTicks(extent, Math.max(2, width / 60))) {
    const position = x(tick.value);
    context.fillRect(position, height, 1, 4);
    context.fillText(tick.label, Math.max(12, Math.min(width - 12, position)), height + 16);
  }
  context.textAlign = 'right';
  for (const tick of latitudeTicks(extent, Math.max(2, height / 44))) {
    const position = y(tick.value);
    context.fillRect(-4, position, 4, 1);
    context.fillText(tick.label, -6, Math.max(8, position + 4));
  }
  context.strokeStyle = colours.inkFaint;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);

  if (cursor !== null) {
    const cursorX = x(manifest.lonDeg[cursor.lonIndex] ?? 0);
    const cursorY = y(manifest.latDeg[cursor.latIndex] ?? 0);
    for (const [colour, lineWidth] of [
      ['rgb(255 255 255 / 75%)', 3],
      ['#0d1c27', 1],
    ] as const) {
      context.strokeStyle = colour;
      context.lineWidth = lineWidth;
      context.beginPath();
      context.moveTo(cursorX - 9, cursorY);
      context.lineTo(cursorX + 9, cursorY);
      context.moveTo(cursorX, cursorY - 9);
      context.lineTo(cursorX, cursorY + 9);
      context.stroke();
    }
  }
}
