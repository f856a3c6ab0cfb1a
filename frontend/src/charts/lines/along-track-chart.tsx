'use client';

import type { AlongTrackDiagnostics } from '@sillage/contracts';
import type { Chart as ChartInstance } from 'chart.js';
import { useEffect, useRef } from 'react';
import {
  alongTrackPsdConfig,
  alongTrackScoreConfig,
  alongTrackSentence,
  type Spectrum,
} from './along-track-chart.config';
import { readChartColours } from '../chart-colours';
import { useThemeVersion } from '../use-theme-version';

const HEIGHT_PX = 260;

type Props = {
  kind: 'psd' | 'score';
  spectrum: Spectrum;
  diagnostics: AlongTrackDiagnostics;
  lambdaXKm: number | null;
};

export function AlongTrackChart({ kind, spectrum, diagnostics, lambdaXKm }: Props) {
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
      Chart.register(LinearScale, LogarithmicScale, LineController, LineElement, PointElement, Tooltip);
      Chart.defaults.font.family = getComputedStyle(canvas).fontFamily;
      const colours = readChartColours(canvas.parentElement ?? document.body);
      const config = kind === 'psd' ? alongTrackPsdConfig : alongTrackScoreConfig;
      chart = new Chart(canvas, config({ spectrum, lambdaXKm, colours }));
    };
    void draw();
    return () => {
      isGone = true;
      chart?.destroy();
    };
  }, [kind, spectrum, lambdaXKm, themeVersion]);

  const title =
    kind === 'psd' ? 'Power spectral densities of the withheld track and of the error. ' : 'PSD score. ';
  return (
    <div style={{ height: HEIGHT_PX, position: 'relative' }}>
      <canvas ref={canvasRef} role="img" aria-label={title + alongTrackSentence(lambdaXKm, diagnostics)} />
    </div>
  );
}
