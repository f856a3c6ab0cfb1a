import type { Cost } from '@sillage/contracts';
import { formatDuration } from '../../lib/format-time';
import { formatFixed } from '../../lib/format-number';

/** `42 s`, `3 min 05 s`: the time that a method took to map all days. */
export function costText({ wallSeconds }: Cost): string {
  return wallSeconds < 9.95 ? `${formatFixed(wallSeconds, 1)} s` : formatDuration(wallSeconds * 1000);
}

/** What it ran on, and the energy where the driver tells. */
export function costDetail({ device, runtime, energyJoules }: Cost): string {
  return [device, runtime, ...(energyJoules === null ? [] : [energyText(energyJoules)])].join(', ');
}

function energyText(joules: number): string {
  return joules < 1_000 ? `${formatFixed(joules, 0)} J` : `${formatFixed(joules / 1_000, 1)} kJ`;
}
