'use client';

import type { Box } from '@sillage/contracts';
import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { formatLatitude, formatLongitude } from '../../lib/format-number';
import {
  boxBetween,
  CORNERS,
  draggedBox,
  extentOfView,
  panned,
  snapStepDeg,
  viewOfBoxes,
  zoomed,
  type Grip,
  type MapView,
  type Size,
} from './box-map.config';
import styles from './box-map.module.css';
import { readChartColours } from '../chart-colours';
import { latitudeTicks, longitudeTicks, type Extent } from '../maps/field-map.config';
import { prepareCanvas } from '../prepare-canvas';
import { useThemeVersion } from '../use-theme-version';

export type MapBox = { name: string; box: Box };
type Place = { lon: number; lat: number };
type Ring = readonly (readonly [number, number])[];

type Props = {
  /** Boxes that may be changed; null where one has no complete box yet. */
  boxes: readonly (MapBox | null)[];
  selected: number;
  onSelect: (index: number) => void;
  onBox: (index: number, box: Box) => void;
  /** Called with a box that was drawn. */
  onDraw: (box: Box) => void;
  /** What data cover: drawn under the boxes. */
  underlays: readonly MapBox[];
};

type Drag =
  | { kind: 'box'; index: number; grip: Grip; from: Place; box: Box }
  | { kind: 'draw'; from: Place }
  | { kind: 'pan'; from: Place; view: MapView };

const KEY_STEP_DEG = 0.1;
const KEY_LARGE_STEP_DEG = 1;
const GRIP_NAMES: Record<Grip, string> = {
  move: 'Position',
  nw: 'North-west corner',
  ne: 'North-east corner',
  sw: 'South-west corner',
  se: 'South-east corner',
};
const ARROWS: Partial<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Boxes on a map with the coast: drawn, moved and resized by mouse, touch and keyboard. */
export function BoxMap({ boxes, selected, onSelect, onBox, onDraw, underlays }: Props) {
  const frameRef = useRef<HTMLDivElement>(null);
  const canvasRef = useRef<HTMLCanvasElement>(null);
  const drag = useRef<Drag | null>(null);
  const hintId = useId();
  const themeVersion = useThemeVersion();
  const [size, setSize] = useState<Size | null>(null);
  const [chosenView, setView] = useState<MapView | null>(null);
  const [isDrawing, setIsDrawing] = useState(false);
  const [drawn, setDrawn] = useState<Box | null>(null);
  const [land, setLand] = useState<((extent: Extent) => Ring[]) | null>(null);
  const [said, setSaid] = useState('');

  const all = [
    ...boxes.flatMap((item) => (item === null ? [] : [item.box])),
    ...underlays.map(({ box }) => box),
  ];
  const view = chosenView ?? viewOfBoxes(all, size ?? { width: 16, height: 9 });
  const extent = size === null ? null : extentOfView(view, size);

  useEffect(() => {
    const frame = frameRef.current;
    if (frame === null) return undefined;
    const observer = new ResizeObserver(() =>
      setSize({ width: frame.clientWidth, height: frame.clientHeight }),
    );
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    let isOver = false;
    void import('../maps/coastline').then(({ landPolygons }) => {
      if (!isOver) setLand(() => landPolygons);
    });
    return () => {
      isOver = true;
    };
  }, []);

  // Before the browser shows the grips at their new places, or they would leave the boxes for a moment.
  useLayoutEffect(() => {
    const canvas = canvasRef.current;
    if (canvas === null || extent === null) return;
    paint({ canvas, extent, land: land?.(extent) ?? [], boxes, selected, underlays, drawn });
  });
  void themeVersion; // a change of it paints again

  function placeOf(event: PointerEvent): Place | null {
    const frame = frameRef.current;
    if (frame === null || extent === null) return null;
    const bounds = frame.getBoundingClientRect();
    return {
      lon: extent.west + ((event.clientX - bounds.left) / bounds.width) * (extent.east - extent.west),
      lat: extent.north - ((event.clientY - bounds.top) / bounds.height) * (extent.north - extent.south),
    };
  }

  function pressMap(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0) return;
    const place = placeOf(event);
    if (place === null) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    if (isDrawing) {
      drag.current = { kind: 'draw', from: place };
      return;
    }
    const index = boxAt(boxes, place, selected);
    const box = boxes[index]?.box;
    if (box === undefined) {
      drag.current = { kind: 'pan', from: place, view };
      return;
    }
    onSelect(index);
    setView(view);
    drag.current = { kind: 'box', index, grip: 'move', from: place, box };
  }

  function pressGrip(event: PointerEvent<HTMLButtonElement>, index: number, grip: Grip) {
    const place = placeOf(event);
    const box = boxes[index]?.box;
    if (event.button !== 0 || place === null || box === undefined) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    setView(view);
    drag.current = { kind: 'box', index, grip, from: place, box };
  }

  function movePointer(event: PointerEvent) {
    const current = drag.current;
    const place = placeOf(event);
    if (current === null || place === null || size === null) return;
    const stepDeg = snapStepDeg(view.lonSpan, size.width);
    if (current.kind === 'draw') setDrawn(boxBetween(current.from, place, stepDeg));
    else if (current.kind === 'pan')
      setView(panned(view, current.from.lon - place.lon, current.from.lat - place.lat));
    else {
      const { index, grip, box, from } = current;
      onBox(index, draggedBox(box, grip, place.lon - from.lon, place.lat - from.lat, stepDeg));
    }
  }

  function release() {
    const current = drag.current;
    drag.current = null;
    if (current?.kind !== 'draw') return;
    if (drawn !== null) {
      setView(view);
      onDraw(drawn);
      setSaid(`A new area was drawn: ${boxText(drawn)}.`);
    }
    setDrawn(null);
    setIsDrawing(false);
  }

  function pressKey(event: KeyboardEvent, index: number, grip: Grip) {
    const direction = ARROWS[event.key];
    const item = boxes[index];
    if (direction === undefined || item === null || item === undefined) return;
    event.preventDefault();
    const step = event.shiftKey ? KEY_LARGE_STEP_DEG : KEY_STEP_DEG;
    const box = draggedBox(item.box, grip, direction[0] * step, direction[1] * step, 1e-4);
    setView(view);
    onBox(index, box);
    setSaid(`${item.name}: ${boxText(box)}`);
  }

  const position = ({ lon, lat }: Place) =>
    extent === null
      ? { display: 'none' }
      : {
          left: `${((lon - extent.west) / (extent.east - extent.west)) * 100}%`,
          top: `${((extent.north - lat) / (extent.north - extent.south)) * 100}%`,
        };
  const current = boxes[selected];

  return (
    <figure className={styles.map}>
      <div
        ref={frameRef}
        className={`${styles.frame} ${isDrawing ? styles.drawing : ''}`}
        onPointerDown={pressMap}
        onPointerMove={movePointer}
        onPointerUp={release}
        onPointerCancel={release}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setIsDrawing(false);
        }}
      >
        <canvas
          ref={canvasRef}
          className={styles.canvas}
          role="img"
          aria-label={`Map of ${boxes.flatMap((item) => (item === null ? [] : [`${item.name}, ${boxText(item.box)}`])).join('; ') || 'no areas yet'}`}
        />
        {isDrawing
          ? null
          : boxes.map((item, index) =>
              item === null ? null : (
                <button
                  key={index}
                  type="button"
                  className={`${styles.name} ${index === selected ? styles.selected : ''}`}
                  style={position({ lon: item.box.west, lat: item.box.north })}
                  aria-pressed={index === selected}
                  onPointerDown={(event) => event.stopPropagation()}
                  onClick={() => onSelect(index)}
                >
                  {item.name}
                </button>
              ),
            )}
        {current === null || current === undefined || isDrawing
          ? null
          : (['move', ...CORNERS] as const).map((grip) => {
              const place = placeOfGrip(current.box, grip);
              return (
                <button
                  key={grip}
                  type="button"
                  className={`${styles.grip} ${grip === 'move' ? styles.move : ''}`}
                  style={position(place)}
                  aria-label={`${GRIP_NAMES[grip]} of ${current.name}: ${placeText(place)}`}
                  aria-describedby={hintId}
                  data-grip={grip}
                  onPointerDown={(event) => pressGrip(event, selected, grip)}
                  onKeyDown={(event) => pressKey(event, selected, grip)}
                />
              );
            })}
      </div>
      <div className={styles.tools}>
        <button
          type="button"
          className="button button-small"
          aria-pressed={isDrawing}
          onClick={() => setIsDrawing(!isDrawing)}
        >
          {isDrawing ? 'Stop drawing' : 'Draw an area'}
        </button>
        <button type="button" className="button button-small" onClick={() => setView(zoomed(view, 1 / 1.6))}>
          Closer
        </button>
        <button type="button" className="button button-small" onClick={() => setView(zoomed(view, 1.6))}>
          Farther
        </button>
        <button type="button" className="button button-small" onClick={() => setView(null)}>
          Show all
        </button>
        {underlays.length === 0 ? null : (
          <span className={styles.key}>
            <i aria-hidden="true" /> what files cover
          </span>
        )}
      </div>
      <figcaption id={hintId} className={styles.hint}>
        {isDrawing
          ? 'Press on one corner of the new area and drag to the opposite one. Escape stops.'
          : 'Drag a corner, or the dot in the middle. By keyboard: Tab to one of them; arrow keys move it by 0.1°, with Shift by 1°.'}
      </figcaption>
      <p role="status" className="visually-hidden">
        {said}
      </p>
    </figure>
  );
}

function placeOfGrip(box: Box, grip: Grip): Place {
  if (grip === 'move') return { lon: (box.west + box.east) / 2, lat: (box.south + box.north) / 2 };
  return {
    lon: grip === 'nw' || grip === 'sw' ? box.west : box.east,
    lat: grip === 'nw' || grip === 'ne' ? box.north : box.south,
  };
}

/** The box that was pressed: the selected one first, else the smallest. */
function boxAt(boxes: readonly (MapBox | null)[], { lon, lat }: Place, selected: number): number {
  const hits = boxes.flatMap((item, index) =>
    item !== null &&
    lon >= item.box.west &&
    lon <= item.box.east &&
    lat >= item.box.south &&
    lat <= item.box.north
      ? [{ index, size: (item.box.east - item.box.west) * (item.box.north - item.box.south) }]
      : [],
  );
  if (hits.some(({ index }) => index === selected)) return selected;
  return hits.sort((left, right) => left.size - right.size)[0]?.index ?? -1;
}

const DECIMALS = 2;

function placeText({ lon, lat }: Place): string {
  return `${formatLongitude(lon, DECIMALS)}, ${formatLatitude(lat, DECIMALS)}`;
}

/** `65°W to 55°W, 33°N to 43°N`. */
export function boxText({ west, east, south, north }: Box): string {
  return `${formatLongitude(west, DECIMALS)} to ${formatLongitude(east, DECIMALS)}, ${formatLatitude(south, DECIMALS)} to ${formatLatitude(north, DECIMALS)}`;
}

type PaintOptions = Pick<Props, 'boxes' | 'selected' | 'underlays'> & {
  canvas: HTMLCanvasElement;
  extent: Extent;
  land: readonly Ring[];
  drawn: Box | null;
};

function paint({ canvas, extent, land, boxes, selected, underlays, drawn }: PaintOptions): void {
  const context = prepareCanvas(canvas);
  if (context === null) return;
  const colours = readChartColours(canvas.parentElement ?? document.body);
  const { clientWidth: width, clientHeight: height } = canvas;
  const x = (lon: number) => ((lon - extent.west) / (extent.east - extent.west)) * width;
  const y = (lat: number) => ((extent.north - lat) / (extent.north - extent.south)) * height;
  const rectangle = (box: Box) =>
    [x(box.west), y(box.north), x(box.east) - x(box.west), y(box.south) - y(box.north)] as const;

  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, height);
  context.fillStyle = colours.land;
  context.strokeStyle = colours.inkFaint;
  context.lineWidth = 0.6;
  context.beginPath();
  for (const ring of land) {
    ring.forEach(([lon, lat], index) =>
      index === 0 ? context.moveTo(x(lon), y(lat)) : context.lineTo(x(lon), y(lat)),
    );
    context.closePath();
  }
  context.fill('evenodd');
  context.stroke();

  const meridians = longitudeTicks(extent, Math.max(2, width / 90));
  const parallels = latitudeTicks(extent, Math.max(2, height / 70));
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  for (const { value } of meridians) {
    context.moveTo(x(value), 0);
    context.lineTo(x(value), height);
  }
  for (const { value } of parallels) {
    context.moveTo(0, y(value));
    context.lineTo(width, y(value));
  }
  context.stroke();

  for (const { box } of underlays) {
    context.globalAlpha = 0.1;
    context.fillStyle = colours.reference;
    context.fillRect(...rectangle(box));
    context.globalAlpha = 1;
    context.setLineDash([5, 4]);
    context.strokeStyle = colours.reference;
    context.lineWidth = 1.25;
    context.strokeRect(...rectangle(box));
    context.setLineDash([]);
  }
  boxes.forEach((item, index) => {
    if (item !== null) paintBox(item.box, index === selected);
  });
  if (drawn !== null) paintBox(drawn, true);

  context.font = `11px ${getComputedStyle(canvas).fontFamily}`;
  context.fillStyle = colours.inkFaint;
  context.textAlign = 'left';
  for (const { value, label } of meridians)
    if (x(value) > 44 && x(value) < width - 36) context.fillText(label, x(value) + 3, height - 6);
  for (const { value, label } of parallels)
    if (y(value) > 16 && y(value) < height - 22) context.fillText(label, 5, y(value) - 4);

  function paintBox(box: Box, isSelected: boolean) {
    if (context === null) return;
    context.globalAlpha = isSelected ? 0.18 : 0.08;
    context.fillStyle = colours.submission;
    context.fillRect(...rectangle(box));
    context.globalAlpha = 1;
    context.strokeStyle = colours.submission;
    context.lineWidth = isSelected ? 2.25 : 1.25;
    context.strokeRect(...rectangle(box));
  }
}
