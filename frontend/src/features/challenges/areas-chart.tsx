import type { Area } from '@sillage/contracts';
import { areasChartConfig } from './areas-chart.config';
import styles from './areas-chart.module.css';

/** Where the scored boxes lie, in the manner of a chart's index map: all areas on one map. */
export function AreasChart({ areas }: { areas: readonly Area[] }) {
  const chart = areasChartConfig(areas);
  const { width, height } = chart;
  // Large boxes first, so that a small one inside stays on top, and names do not hide under fills.
  const boxes = [...chart.boxes].sort((left, right) => right.width - left.width);
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      className={styles.chart}
      role="img"
      aria-label={`Map with the scored box${areas.length === 1 ? '' : 'es'} of ${areas.map((area) => area.name).join(', ')}`}
    >
      <rect width={width} height={height} className={styles.sea} />
      <path d={chart.land} className={styles.land} />
      <g className={styles.graticule}>
        {chart.meridians.map(({ value, x }) => (
          <line key={value} x1={x} x2={x} y1="0" y2={height} />
        ))}
        {chart.parallels.map(({ value, y }) => (
          <line key={value} x1="0" x2={width} y1={y} y2={y} />
        ))}
      </g>
      <g className={styles.degrees}>
        {chart.meridians
          .filter(({ x }) => x > 40 && x < width - 40)
          .map(({ value, label, x }) => (
            <text key={value} x={x + 3} y={height - 5}>
              {label}
            </text>
          ))}
        {chart.parallels
          .filter(({ y }) => y > 16 && y < height - 24)
          .map(({ value, label, y }) => (
            <text key={value} x="4" y={y - 4}>
              {label}
            </text>
          ))}
      </g>
      {boxes.map((box) => (
        <rect key={box.id} x={box.x} y={box.y} width={box.width} height={box.height} className={styles.box} />
      ))}
      {boxes.map((box) => {
        const isWide = box.width > 150;
        return (
          <text
            key={box.id}
            x={isWide ? box.x + box.width - 10 : box.x + box.width / 2}
            y={isWide ? box.y + box.height - 10 : box.y - 6}
            textAnchor={isWide ? 'end' : 'middle'}
            className={styles.name}
          >
            {box.name}
          </text>
        );
      })}
    </svg>
  );
}
