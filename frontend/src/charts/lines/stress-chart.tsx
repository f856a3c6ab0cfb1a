'use client';

import type { Chart as ChartInstance } from 'chart.js';
import { useEffect, useRef } from 'react';
import { readChartColours } from '../chart-colours';
import { stressChartConfig, stressSentence, type StressBar } from './stress-chart.config';
import { useThemeVersion } from '../use-theme-version';

const AXIS_PX = 56;
const BAR_PX = 30;

export function StressChart({ bars }: { bars: readonly StressBar[] }) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();

  useEffect(() => {
    let chart: ChartInstance | undefined;
    let isGone = false;
    const draw = async () => {
      const { BarController, BarElement, CategoryScale, Chart, LinearScale, Tooltip } =
        await import('chart.js');
      const canvas = canvasRef.current;
      if (isGone || canvas === null) return;
      Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);
      Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
      chart = new Chart(
        canvas,
        stressChartConfig(bars, readChartColours(canvas.parentElement ?? document.body)),
      );
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
    };
  }, [bars, themeVersion]);

  return (
    <div style={{ height: AXIS_PX + BAR_PX * bars.length, position: 'relative' }}>
      <canvas ref={canvasRef} role="img" aria-label={stressSentence(bars)} />
    </div>
  );
}
