'use client';

import type { Leaderboard } from '@sillage/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { browserGateway } from '../../lib/api/browser-gateway';
import { taskKey } from '../../lib/tasks';
import type { BoardChoice } from './choose-board';

const FRESH_MS = 5_000; // a board that was asked for this recently is shown without asking again
const REFRESH_MS = 6_000; // while something is still being mapped or scored
const REFRESH_HIDDEN_MS = 60_000; // nobody looks

type Boards = {
  /** The chosen board; while it is on its way, the one before. */
  board: Leaderboard;
  state: 'here' | 'waiting' | 'failed';
  /** Asks for a board that will probably be chosen next. */
  prepare: (choice: BoardChoice) => void;
  retry: () => void;
};

/**
 * The boards of a challenge that were looked at, each shown at once when it is chosen again and then brought up to date.
 * A board with evaluations under way asks again by itself until none is left.
 */
export function useBoards(initial: Leaderboard, choice: BoardChoice, isInstalled: boolean): Boards {
  const { challenge } = initial;
  const [boards, setBoards] = useState<Readonly<Record<string, Leaderboard>>>({
    [taskKey(initial)]: initial,
  });
  const [failedKey, setFailedKey] = useState<string | null>(null);
  const askedAtMs = useRef(new Map<string, number>());
  const key = taskKey(choice);
  const board = boards[key];
  const [shownKey, setShownKey] = useState(key);
  if (board !== undefined && shownKey !== key) setShownKey(key);

  const load = useCallback(
    ({ area, scenario }: BoardChoice) => {
      const wanted = taskKey({ area, scenario });
      if (Date.now() - (askedAtMs.current.get(wanted) ?? -Infinity) < FRESH_MS) return;
      askedAtMs.current.set(wanted, Date.now());
      browserGateway.leaderboard(challenge, area, scenario).then(
        (board) => {
          setBoards((before) => ({ ...before, [wanted]: board }));
          setFailedKey((failed) => (failed === wanted ? null : failed));
        },
        () => {
          askedAtMs.current.delete(wanted);
          setFailedKey(wanted);
        },
      );
    },
    [challenge],
  );

  useEffect(() => {
    askedAtMs.current.set(taskKey(initial), Date.now());
    setBoards((before) => ({ ...before, [taskKey(initial)]: initial }));
  }, [initial]);

  const { area, scenario } = choice;
  useEffect(() => {
    if (isInstalled) load({ area, scenario });
  }, [isInstalled, load, area, scenario]);

  const isPending = isInstalled && (board?.pendingCount ?? 0) > 0;
  useEffect(() => {
    if (!isPending) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      timer = setTimeout(
        () => {
          load({ area, scenario });
          wait();
        },
        document.hidden ? REFRESH_HIDDEN_MS : REFRESH_MS,
      );
    };
    const lookAgain = () => {
      clearTimeout(timer);
      if (!document.hidden) load({ area, scenario });
      wait();
    };
    wait();
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', lookAgain);
    };
  }, [isPending, load, area, scenario]);

  return {
    board: board ?? boards[shownKey] ?? initial,
    state: board !== undefined ? 'here' : failedKey === key ? 'failed' : 'waiting',
    prepare: load,
    retry: () => load({ area, scenario }),
  };
}
