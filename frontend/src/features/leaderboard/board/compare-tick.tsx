'use client';

import { useState } from 'react';
import { useIsInteractive } from '../../../components/use-is-interactive';
import { parseBoardQuery, type BoardQuery } from '../board-view';
import { toggledHandle } from '../method-identity';

type Props = {
  handle: string;
  isTicked: boolean;
  method: string;
  hrefOf: (query: BoardQuery) => string;
};

/**
 * Ticks a method for the comparison. It changes the address in place: going back does not untick one by one. The page follows
 * the address a moment later, so the box shows what was clicked at once, and each click starts from the address as it is:
 * several quick ones lose none.
 */
export function CompareTick({ handle, isTicked, method, hrefOf }: Props) {
  const isInteractive = useIsInteractive();
  const [clicked, setClicked] = useState<{ before: boolean; now: boolean } | null>(null);
  const isShown = clicked?.before === isTicked ? clicked.now : isTicked;

  function toggle() {
    const query = parseBoardQuery(Object.fromEntries(new URLSearchParams(window.location.search)));
    setClicked({ before: isTicked, now: !isShown });
    window.history.replaceState(
      null,
      '',
      hrefOf({ ...query, entries: toggledHandle(query.entries, handle) }),
    );
  }

  return (
    <input
      type="checkbox"
      aria-label={`Compare ${method}`}
      checked={isShown}
      disabled={!isInteractive}
      onChange={toggle}
    />
  );
}
