'use client';

import { useEffect, useRef } from 'react';
import { balance, colourAt } from '../../charts/maps/colour-map';
import { THEME_CHANGED_EVENT } from '../../components/site/theme';
import { eddyField, mapShare, trackPoints } from './eddy-field';
import styles from './wake-picture.module.css';

const BAND_COUNT = 18; // filled contours: bands read as a chart, a smooth gradient as decoration

/** From tracks to a map, in one picture: what altimeters see on the left, what a method makes of it on the right. */
export function WakePicture() {
  const canvasRef = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const paint = () => paintPicture(canvas);
    const observer = new ResizeObserver(paint);
    observer.observe(canvas);
    window.addEventListener(THEME_CHANGED_EVENT, paint);
    return () => {
      observer.disconnect();
      window.removeEventListener(THEME_CHANGED_EVENT, paint);
    };
  }, []);

  return (
    <figure className={styles.figure}>
      <canvas
        ref={canvasRef}
        className={styles.canvas}
        role="img"
        aria-label="Drawing: dots of sea surface height along satellite tracks on the left turn into a complete map of eddies and a current on the right"
      />
      <figcaption className={styles.caption}>
        <span>along-track observations</span>
        <span className={styles.drawn}>a drawing, not data</span>
        <span>reconstruction</span>
      </figcaption>
    </figure>
  );
}

function paintPicture(canvas: HTMLCanvasElement): void {
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const width = Math.round(canvas.clientWidth * ratio);
  const height = Math.round(canvas.clientHeight * ratio);
  const context = canvas.getContext('2d');
  if (context === null || width === 0 || height === 0) return;
  canvas.width = width;
  canvas.height = height;

  const image = context.createImageData(width, height);
  const { data } = image;
  for (let row = 0; row < height; row += 1) {
    const y = 1 - row / height;
    for (let column = 0; column < width; column += 1) {
      const x = column / width;
      const share = mapShare(x);
      if (share === 0) continue;
      const band = Math.round((eddyField(x, y) * 0.46 + 0.5) * BAND_COUNT) / BAND_COUNT;
      const offset = Math.round(Math.max(0, Math.min(1, band)) * 255) * 3;
      const target = (row * width + column) * 4;
      data[target] = balance.table[offset]!;
      data[target + 1] = balance.table[offset + 1]!;
      data[target + 2] = balance.table[offset + 2]!;
      data[target + 3] = 255 * share;
    }
  }
  context.putImageData(image, 0, 0);

  const radius = Math.max(1.1 * ratio, height / 190);
  for (const point of trackPoints()) {
    const share = 1 - mapShare(point.x + 0.05);
    if (share <= 0.02) continue;
    context.globalAlpha = share;
    context.fillStyle = colourAt(balance, point.height * 0.46 + 0.5);
    context.beginPath();
    context.arc(point.x * width, (1 - point.y) * height, radius, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}
