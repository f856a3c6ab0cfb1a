'use client';

import { useId } from 'react';
import styles from './band-slider.module.css';

type Props = {
  label: string;
  /** The long end first. */
  edges: readonly number[];
  /** Indices of two edges. */
  selected: readonly [number, number];
  format: (edge: number) => string;
  onSelect: (selected: readonly [number, number]) => void;
};

/** Chooses a band by its two ends, long scales at the left. Both ends are sliders of their own, so that keys move them. */
export function BandSlider({ label, edges, selected, format, onSelect }: Props) {
  const id = useId();
  const [from, to] = selected;
  const last = edges.length - 1;
  const presets = presetsOf(last);
  return (
    <fieldset className={styles.slider}>
      <legend>
        {label}{' '}
        <strong>
          {format(edges[from]!)} – {format(edges[to]!)}
        </strong>
      </legend>
      <div className={styles.ends}>
        <label htmlFor={`${id}-from`} className="visually-hidden">
          {label}, long end
        </label>
        <input
          id={`${id}-from`}
          type="range"
          min={0}
          max={last - 1}
          value={from}
          aria-valuetext={format(edges[from]!)}
          onChange={(event) => {
            const next = Number(event.currentTarget.value);
            onSelect([next, Math.max(to, next + 1)]);
          }}
        />
        <label htmlFor={`${id}-to`} className="visually-hidden">
          {label}, short end
        </label>
        <input
          id={`${id}-to`}
          type="range"
          min={1}
          max={last}
          value={to}
          aria-valuetext={format(edges[to]!)}
          onChange={(event) => {
            const next = Number(event.currentTarget.value);
            onSelect([Math.min(from, next - 1), next]);
          }}
        />
      </div>
      <div className={styles.presets}>
        {presets.map(({ name, range }) => (
          <button
            key={name}
            type="button"
            aria-pressed={range[0] === from && range[1] === to}
            onClick={() => onSelect(range)}
          >
            {name}
          </button>
        ))}
      </div>
    </fieldset>
  );
}

/** Everything, and its thirds. */
function presetsOf(last: number): { name: string; range: readonly [number, number] }[] {
  const all = { name: 'all', range: [0, last] as const };
  if (last < 3) return [all];
  const first = Math.round(last / 3);
  const second = Math.round((2 * last) / 3);
  return [
    all,
    { name: 'long', range: [0, first] },
    { name: 'middle', range: [first, second] },
    { name: 'short', range: [second, last] },
  ];
}
