'use client';

import type { Chart as ChartInstance } from 'chart.js';
import { useEffect, useRef } from 'react';
import { readChartColours } from '../chart-colours';
import {
  rmseOverTimeChartConfig,
  rmseOverTimeSentence,
  type DailySeries,
  type Quantity,
} from './rmse-over-time-chart.config';
import { useThemeVersion } from '../use-theme-version';

const HEIGHT_PX = 260;

type Props = {
  series: readonly DailySeries[];
  quantity: Quantity;
  selectedDay: number | null;
  onSelectDay: (day: number) => void;
  /** A day that is pointed at, and null when it is left. */
  onPointDay?: (day: number | null) => void;
};

export function RmseOverTimeChart({ series, quantity, selectedDay, onSelectDay, onPointDay }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const chartRef = useRef<ChartInstance | null>(null);
  const selectedRef = useRef(selectedDay);
  const themeVersion = useThemeVersion();

  useEffect(() => {
    let chart: ChartInstance | undefined;
    let isGone = false;
    const draw = async () => {
      const { Chart, LinearScale, LineController, LineElement, PointElement, Tooltip } =
        await import('chart.js');
      const canvas = canvasRef.current;
      if (isGone || canvas === null) return;
      Chart.register(LinearScale, LineController, LineElement, PointElement, Tooltip);
      Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
      const colours = readChartColours(canvas.parentElement ?? document.body);
      chart = new Chart(
        canvas,
        rmseOverTimeChartConfig({
          series,
          quantity,
          colours,
          selectedDay: () => selectedRef.current,
          onSelectDay,
          ...(onPointDay === undefined ? {} : { onPointDay }),
        }),
      );
      chartRef.current = chart;
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
      chartRef.current = null;
    };
  }, [series, quantity, onSelectDay, onPointDay, themeVersion]);

  useEffect(() => {
    selectedRef.current = selectedDay;
    chartRef.current?.draw();
  }, [selectedDay]);

  const own = series[0];
  return (
    <div style={{ height: HEIGHT_PX, position: 'relative' }}>
      <canvas
        ref={canvasRef}
        role="img"
        onPointerLeave={() => onPointDay?.(null)}
        aria-label={own === undefined ? 'No curve' : rmseOverTimeSentence(own.daily, quantity)}
      />
    </div>
  );
}
