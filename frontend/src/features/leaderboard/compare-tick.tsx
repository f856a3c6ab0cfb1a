'use client';

import { useIsInteractive } from '../../components/use-is-interactive';

type Props = { href: string; isTicked: boolean; method: string };

/** Ticks a method for the comparison. It changes the address in place: going back does not untick one by one. */
export function CompareTick({ href, isTicked, method }: Props) {
  const isInteractive = useIsInteractive();
  return (
    <input
      type="checkbox"
      aria-label={`Compare ${method}`}
      checked={isTicked}
      disabled={!isInteractive}
      onChange={() => window.history.replaceState(null, '', href)}
    />
  );
}
