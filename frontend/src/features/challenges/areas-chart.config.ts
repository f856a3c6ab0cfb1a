import type { Area } from '@sillage/contracts';
import { landPolygons } from '../../charts/maps/coastline';
import {
  latitudeTicks,
  longitudeTicks,
  type AxisTick,
  type Extent,
} from '../../charts/maps/field-map.config';

export type AreasChart = {
  width: number;
  height: number;
  land: string;
  meridians: (AxisTick & { x: number })[];
  parallels: (AxisTick & { y: number })[];
  boxes: { id: string; name: string; x: number; y: number; width: number; height: number }[];
};

const WIDTH = 720;
const HEIGHT_RANGE = [250, 430] as const;
const MARGIN_PART = 0.09;
const LEAST_MARGIN_DEG = 9; // around a single small box, so that one sees on which side of which ocean it lies

/** The scored boxes of all areas on one map with the coast, degrees of longitude shortened as in their middle latitude. */
export function areasChartConfig(areas: readonly Area[]): AreasChart {
  const boxes = areas.map((area) => area.scoredBox);
  const west = Math.min(...boxes.map((box) => box.west));
  const east = Math.max(...boxes.map((box) => box.east));
  const south = Math.min(...boxes.map((box) => box.south));
  const north = Math.max(...boxes.map((box) => box.north));
  const stretch = 1 / Math.cos(((south + north) / 2) * (Math.PI / 180)); // pixels per degree of latitude over longitude
  const marginDeg = Math.max(
    LEAST_MARGIN_DEG,
    MARGIN_PART * Math.max(east - west, (north - south) * stretch),
  );
  const latSpan = Math.min(170, north - south + (2 * marginDeg) / stretch);
  const wanted = (WIDTH * latSpan * stretch) / (east - west + 2 * marginDeg);
  const height = Math.round(Math.max(HEIGHT_RANGE[0], Math.min(HEIGHT_RANGE[1], wanted)));
  const lonSpan = Math.max(east - west + 2 * marginDeg, (WIDTH * latSpan * stretch) / height);
  const shownLatSpan = (lonSpan * height) / WIDTH / stretch;
  const extent: Extent = {
    west: (west + east - lonSpan) / 2,
    east: (west + east + lonSpan) / 2,
    south: (south + north - shownLatSpan) / 2,
    north: (south + north + shownLatSpan) / 2,
  };
  const x = (lonDeg: number) => ((lonDeg - extent.west) / lonSpan) * WIDTH;
  const y = (latDeg: number) => ((extent.north - latDeg) / shownLatSpan) * height;
  return {
    width: WIDTH,
    height,
    land: landPolygons(extent)
      .map((ring) => `M${ring.map(([lon, lat]) => `${x(lon).toFixed(1)} ${y(lat).toFixed(1)}`).join('L')}Z`)
      .join(''),
    meridians: longitudeTicks(extent, 9).map((tick) => ({ ...tick, x: x(tick.value) })),
    parallels: latitudeTicks(extent, 6).map((tick) => ({ ...tick, y: y(tick.value) })),
    boxes: areas.map(({ id, name, scoredBox: box }) => ({
      id,
      name,
      x: x(box.west),
      y: y(box.north),
      width: x(box.east) - x(box.west),
      height: y(box.south) - y(box.north),
    })),
  };
}
