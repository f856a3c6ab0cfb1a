'use client';

import type { Chart as ChartInstance } from 'chart.js';
import { useEffect, useRef } from 'react';
import { readChartColours } from '../chart-colours';
import {
  observationCoverageChartConfig,
  observationCoverageSentence,
  type Coverage,
} from './observation-coverage-chart.config';
import { useThemeVersion } from '../use-theme-version';

const HEIGHT_PX = 76;

type Props = {
  coverage: Coverage;
  bounds: { min?: number; max?: number };
  selectedTimeDays: number | null;
  onSelectTime: (timeDays: number) => void;
};

export function ObservationCoverageChart({ coverage, bounds, selectedTimeDays, onSelectTime }: Props) {
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const chartRef = useRef<ChartInstance | null>(null);
  const selectedRef = useRef(selectedTimeDays);
  const themeVersion = useThemeVersion();
  const { min, max } = bounds;

  useEffect(() => {
    let chart: ChartInstance | undefined;
    let isGone = false;
    const draw = async () => {
      const { BarController, BarElement, Chart, LinearScale, Tooltip } = await import('chart.js');
      const canvas = canvasRef.current;
      if (isGone || canvas === null) return;
      Chart.register(BarController, BarElement, LinearScale, Tooltip);
      Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
      chart = new Chart(
        canvas,
        observationCoverageChartConfig({
          coverage,
          bounds: min === undefined || max === undefined ? {} : { min, max },
          colours: readChartColours(canvas.parentElement ?? document.body),
          selectedTimeDays: () => selectedRef.current,
          onSelectTime,
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
  }, [coverage, min, max, onSelectTime, themeVersion]);

  useEffect(() => {
    selectedRef.current = selectedTimeDays;
    chartRef.current?.update('none');
  }, [selectedTimeDays]);

  return (
    <div style={{ height: HEIGHT_PX, position: 'relative' }}>
      <canvas ref={canvasRef} role="img" aria-label={observationCoverageSentence(coverage)} />
    </div>
  );
}
