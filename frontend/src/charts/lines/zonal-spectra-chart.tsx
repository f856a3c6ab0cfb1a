'use client';

import type { Chart as ChartInstance } from 'chart.js';
import { useEffect, useRef } from 'react';
import { readChartColours } from '../chart-colours';
import { useThemeVersion } from '../use-theme-version';
import { zonalSpectraChartConfig, type SpectrumLine } from './zonal-spectra-chart.config';

const HEIGHT_PX = 300;

type Props = { wavelengthDeg: readonly number[]; lines: readonly SpectrumLine[]; description: string };

export function ZonalSpectraChart({ wavelengthDeg, lines, description }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();

  useEffect(() => {
    let chart: ChartInstance | undefined;
    let isGone = false;
    const draw = async () => {
      const { Chart, LineController, LineElement, LogarithmicScale, PointElement, Tooltip } =
        await import('chart.js');
      const canvas = canvasRef.current;
      if (isGone || canvas === null) return;
      Chart.register(LogarithmicScale, LineController, LineElement, PointElement, Tooltip);
      Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
      const colours = readChartColours(canvas.parentElement ?? document.body);
      chart = new Chart(canvas, zonalSpectraChartConfig({ wavelengthDeg, lines, colours }));
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
    };
  }, [wavelengthDeg, lines, themeVersion]);

  return (
    <div style={{ height: HEIGHT_PX, position: 'relative' }}>
      <canvas ref={canvasRef} role="img" aria-label={description} />
    </div>
  );
}
