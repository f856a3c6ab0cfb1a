'use client';

import type { Chart as ChartInstance } from 'chart.js';
import { useEffect, useRef } from 'react';
import { readChartColours } from '../chart-colours';
import { readMethodColours } from '../method-colours';
import type { LinesConfig, Palette } from './method-lines-chart.config';
import { useThemeVersion } from '../use-theme-version';

type Props = {
  /** Must stay the same function while nothing changes: the chart is drawn anew with each. */
  config: (palette: Palette) => LinesConfig;
  /** The same in words. */
  description: string;
  heightPx?: number;
};

/** Curves of methods on shared axes. */
export function MethodLinesChart({ config, description, heightPx = 260 }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const themeVersion = useThemeVersion();

  useEffect(() => {
    let chart: ChartInstance | undefined;
    let isGone = false;
    const draw = async () => {
      const { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip } =
        await import('chart.js');
      const canvas = canvasRef.current;
      if (isGone || canvas === null) return;
      Chart.register(LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip);
      Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
      const host = canvas.parentElement ?? document.body;
      chart = new Chart(
        canvas,
        config({ colours: readChartColours(host), ofMethod: readMethodColours(host) }),
      );
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
    };
  }, [config, themeVersion]);

  return (
    <div style={{ height: heightPx, position: 'relative' }}>
      <canvas ref={canvasRef} role="img" aria-label={description} />
    </div>
  );
}
