'use client';

import type { Scores } from '@sillage/contracts';
import { useEffect, useRef } from 'react';
import { scoreTextWithUnit } from '../lib/format-score';
import { readChartColours, type ChartColours } from './chart-colours';
import { colourGradient, deep } from './maps/colour-map';
import styles from './psd-score-panel.module.css';
import { psdScorePanelConfig, psdScoreSentence, type PsdScore } from './psd-score-panel.config';
import { prepareCanvas } from './prepare-canvas';
import { useThemeVersion } from './use-theme-version';

const MARGIN = { left: 46, right: 10, top: 8, bottom: 38 };

export function PsdScorePanel({ psd, scores }: { psd: PsdScore; scores: Scores }) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();

  useEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null) return undefined;
    const paint = () =>
      paintPanel(canvas, psd, scores, readChartColours(canvas.parentElement ?? document.body));
    const observer = new ResizeObserver(paint);
    observer.observe(canvas);
    return () => observer.disconnect();
  }, [psd, scores, themeVersion]);

  return (
    <div>
      <canvas ref={canvasRef} className={styles.canvas} role="img" aria-label={psdScoreSentence(scores)} />
      <div className={styles.bar} aria-hidden="true">
        <span>≤ 0</span>
        <i style={{ background: colourGradient(deep) }} />
        <span>1</span>
        <span>PSD score</span>
        <span className={styles.contour}>0.5 contour</span>
      </div>
    </div>
  );
}

function paintPanel(canvas: HTMLCanvasElement, psd: PsdScore, scores: Scores, colours: ChartColours): void {
  const context = prepareCanvas(canvas);
  if (context === null) return;
  const width = canvas.clientWidth - MARGIN.left - MARGIN.right;
  const height = canvas.clientHeight - MARGIN.top - MARGIN.bottom;
  const panel = psdScorePanelConfig(psd, width, height);
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`;

  context.translate(MARGIN.left, MARGIN.top);
  for (const cell of panel.cells) {
    context.fillStyle = `rgb(${cell.red}, ${cell.green}, ${cell.blue})`;
    // whole pixels: between edges that fall inside a pixel the background shines through
    const left = Math.round(cell.x);
    const top = Math.round(cell.y);
    context.fillRect(
      left,
      top,
      Math.round(cell.x + cell.width) - left,
      Math.round(cell.y + cell.height) - top,
    );
  }
  context.save();
  context.beginPath();
  context.rect(0, 0, width, height);
  context.clip();
  strokeLine(context, panel.contour, 'rgb(255 255 255 / 90%)', 4.5);
  strokeLine(context, panel.contour, '#b1440c', 2.25);
  context.restore();

  if (scores.lambdaXDeg !== null && scores.lambdaTDays !== null) {
    const x = panel.x(scores.lambdaXDeg);
    const y = panel.y(scores.lambdaTDays);
    context.setLineDash([3, 3]);
    strokeLine(
      context,
      [
        { x, y: 0 },
        { x, y: height },
      ],
      '#0d1c27',
      1,
    );
    strokeLine(
      context,
      [
        { x: 0, y },
        { x: width, y },
      ],
      '#0d1c27',
      1,
    );
    context.setLineDash([]);
    label(context, `λx ${scoreTextWithUnit(scores, 'lambdaXDeg')}`, Math.min(x + 5, width - 64), height - 9);
    label(
      context,
      `λt ${scoreTextWithUnit(scores, 'lambdaTDays')?.replace(' days', ' d')}`,
      6,
      Math.max(14, y - 7),
    );
  }

  context.strokeStyle = colours.inkFaint;
  context.lineWidth = 1;
  context.strokeRect(0.5, 0.5, width - 1, height - 1);
  context.fillStyle = colours.inkFaint;
  context.textAlign = 'center';
  for (const tick of panel.xTicks) {
    context.fillRect(tick.position, height, 1, 4);
    context.fillText(tick.label, tick.position, height + 16);
  }
  context.fillText('wavelength (° of longitude)', width / 2, height + 33);
  context.textAlign = 'right';
  for (const tick of panel.yTicks) {
    context.fillRect(-4, tick.position, 4, 1);
    context.fillText(tick.label, -7, tick.position + 4);
  }
  context.save();
  context.rotate(-Math.PI / 2);
  context.textAlign = 'center';
  context.fillText('period (days)', -height / 2, -34);
  context.restore();
}

function label(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.textAlign = 'left';
  const { width } = context.measureText(text);
  context.fillStyle = 'rgb(255 255 255 / 88%)';
  context.fillRect(x - 3, y - 12, width + 6, 16);
  context.fillStyle = '#0d1c27';
  context.fillText(text, x, y);
}

function strokeLine(
  context: CanvasRenderingContext2D,
  points: readonly { x: number; y: number }[],
  colour: string,
  lineWidth: number,
): void {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.lineJoin = 'round';
  context.beginPath();
  points.forEach((point, index) =>
    index === 0 ? context.moveTo(point.x, point.y) : context.lineTo(point.x, point.y),
  );
  context.stroke();
}
