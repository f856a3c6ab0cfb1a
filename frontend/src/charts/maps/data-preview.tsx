'use client';

import { unpackPoints, type Box } from '@sillage/contracts';
import { useEffect, useRef, useState } from 'react';
import { readChartColours } from '../chart-colours';
import { colourAt, colourGradient, haline } from './colour-map';
import {
  fieldOfPreview,
  heightsOf,
  previewExtent,
  rangeOf,
  rangeText,
  type Preview,
} from './data-preview.config';
import { aspectOf, latitudeTicks, longitudeTicks, type Extent } from './field-map.config';
import { paintField } from './ocean-map.config';
import styles from './coloured-map.module.css';
import { prepareCanvas } from '../prepare-canvas';
import { useThemeVersion } from '../use-theme-version';

type Ring = readonly (readonly [number, number])[];

type Props = {
  preview: Preview;
  title: string;
  /** Scored boxes, drawn over it. */
  boxes: readonly Box[];
};

const MARGIN = { left: 34, right: 6, top: 6, bottom: 20 };
const DOT_PX = 1.6;
const OVER_MAP = 'rgb(13 28 39 / 85%)'; // over colours that are the same in both themes
const HALO = 'rgb(255 255 255 / 80%)';

/** What a file holds, small: a day of its maps, or where it observes, coloured by height. */
export function DataPreview({ preview, title, boxes }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();
  const [land, setLand] = useState<((extent: Extent) => Ring[]) | null>(null);
  const extent = previewExtent(preview.kind === 'map' ? preview.map : preview.track);
  const heightsM = heightsOf(preview);
  const range = rangeOf(heightsM);

  useEffect(() => {
    let isOver = false;
    void import('./coastline').then(({ landPolygons }) => {
      if (!isOver) setLand(() => landPolygons);
    });
    return () => {
      isOver = true;
    };
  }, []);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const observer = new ResizeObserver(() => paint({ canvas, preview, boxes, land }));
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [preview, boxes, land, themeVersion]);

  const words =
    preview.kind === 'map'
      ? `heights of ${preview.map.day}, ${rangeText(range)}`
      : `${heightsM.length} of its points, heights ${rangeText(range)}`;
  return (
    <figure className={styles.map}>
      <figcaption className={styles.title}>{title}</figcaption>
      <canvas
        ref={canvasRef}
        className={styles.canvas}
        style={{ aspectRatio: String(Math.max(0.75, Math.min(2.4, aspectOf(extent)))) }}
        role="img"
        aria-label={`${title}: ${words}`}
      />
      <div className={styles.bar} aria-hidden="true">
        <i style={{ background: colourGradient(haline) }} />
        <span>{rangeText({ min: range.min, max: range.max }).split(' to ')[0]}</span>
        <span />
        <span>{rangeText(range).split(' to ')[1]}</span>
      </div>
    </figure>
  );
}

function paint({
  canvas,
  preview,
  boxes,
  land,
}: {
  canvas: HTMLCanvasElement;
  preview: Preview;
  boxes: readonly Box[];
  land: ((extent: Extent) => Ring[]) | null;
}): void {
  const context = prepareCanvas(canvas);
  if (context === null) return;
  const colours = readChartColours(canvas.parentElement ?? document.body);
  const shown = preview.kind === 'map' ? preview.map : preview.track;
  const extent = previewExtent(shown);
  const width = canvas.clientWidth - MARGIN.left - MARGIN.right;
  const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom;
  const x = (lon: number) => ((lon - extent.west) / (extent.east - extent.west)) * width;
  const y = (lat: number) => ((extent.north - lat) / (extent.north - extent.south)) * height;
  const rectangle = (box: Box) =>
    [x(box.west), y(box.north), x(box.east) - x(box.west), y(box.south) - y(box.north)] as const;

  context.translate(MARGIN.left, MARGIN.top);
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, height);
  context.fillStyle = colours.land;
  context.beginPath();
  for (const ring of land?.(extent) ?? []) {
    ring.forEach(([lon, lat], index) =>
      index === 0 ? context.moveTo(x(lon), y(lat)) : context.lineTo(x(lon), y(lat)),
    );
    context.closePath();
  }
  context.fill('evenodd');
  if (preview.kind === 'map') {
    const { map } = preview;
    const field = fieldOfPreview(map);
    const size = { lonCount: map.lonCount, latCount: map.latCount };
    context.imageSmoothingEnabled = false; // a grid cell is a grid cell
    const pixels = paintField(field, { map: haline, ...rangeOf(field) }, size); // where it has none, what is below shows
    const picture = new OffscreenCanvas(size.lonCount, size.latCount);
    picture.getContext('2d')?.putImageData(new ImageData(pixels, size.lonCount), 0, 0);
    context.drawImage(picture, ...rectangle(map.box));
  } else {
    const { min, max } = rangeOf(heightsOf(preview));
    for (const { lonDeg, latDeg, heightM } of unpackPoints(preview.track.points)) {
      context.fillStyle = colourAt(haline, (heightM - min) / (max - min));
      context.fillRect(x(lonDeg) - DOT_PX / 2, y(latDeg) - DOT_PX / 2, DOT_PX, DOT_PX);
    }
  }
  for (const box of boxes) {
    context.strokeStyle = HALO;
    context.lineWidth = 3;
    context.strokeRect(...rectangle(box));
    context.strokeStyle = OVER_MAP;
    context.lineWidth = 1.25;
    context.strokeRect(...rectangle(box));
  }
  context.restore();

  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.fillStyle = colours.inkFaint;
  context.textAlign = 'center';
  for (const tick of longitudeTicks(extent, Math.max(2, width / 70))) {
    context.fillRect(x(tick.value), height, 1, 4);
    context.fillText(tick.label, Math.max(12, Math.min(width - 12, x(tick.value))), height + 16);
  }
  context.textAlign = 'right';
  for (const tick of latitudeTicks(extent, Math.max(2, height / 44))) {
    context.fillRect(-4, y(tick.value), 4, 1);
    context.fillText(tick.label, -6, Math.max(8, y(tick.value) + 4));
  }
  context.strokeStyle = colours.inkFaint;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
}
