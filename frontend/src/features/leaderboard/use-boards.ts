'use client';

import type { Leaderboard } from '@sillage/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';
import { browserGateway } from '../../lib/api/browser-gateway';
import { taskKey } from '../../lib/tasks';
import type { BoardChallenge, BoardChoice } from './choose-board';
import type { Boards } from './matrix/scorecard-view';

const FRESH_MS = 5_000; // a board that was asked for this recently is shown without asking again
const REFRESH_MS = 6_000; // while something is still being mapped or scored
const REFRESH_HIDDEN_MS = 60_000; // nobody looks
const PREFETCH_AFTER_MS = 300; // the page that was asked for comes first
const PREFETCHES_AT_ONCE = 3;

type LiveBoards = {
  /** The chosen board; while it is on its way, the one before. */
  board: Leaderboard;
  /** Every board that is at hand. */
  boards: Boards;
  state: 'here' | 'waiting' | 'failed';
  /** Asks for a board that will probably be chosen next. */
  prepare: (choice: BoardChoice) => void;
  retry: () => void;
};

/**
 * The boards of a challenge. Those that the page did not bring are fetched while the reader reads, so that any switch shows
 * its board at once; a board that is chosen is then brought up to date. A board with evaluations under way asks again by
 * itself until none is left.
 */
export function useBoards(
  challenge: Pick<BoardChallenge, 'id' | 'tasks' | 'isInstalled' | 'olderVersion'>,
  initial: readonly Leaderboard[],
  choice: BoardChoice,
): LiveBoards {
  const { id, tasks, isInstalled, olderVersion } = challenge;
  const [boards, setBoards] = useState<Boards>(() => byTask(initial));
  const [failedKey, setFailedKey] = useState<string | null>(null);
  const askedAtMs = useRef(new Map<string, number>());
  const key = taskKey(choice);
  const board = boards[key];
  const [shownKey, setShownKey] = useState(key);
  if (board !== undefined && shownKey !== key) setShownKey(key);

  const load = useCallback(
    ({ area, scenario }: BoardChoice) => {
      const wanted = taskKey({ area, scenario });
      if (Date.now() - (askedAtMs.current.get(wanted) ?? -Infinity) < FRESH_MS) return Promise.resolve();
      askedAtMs.current.set(wanted, Date.now());
      return browserGateway.leaderboard(id, { area, scenario, version: olderVersion }).then(
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
    [id, olderVersion],
  );

  useEffect(() => {
    for (const board of initial) askedAtMs.current.set(taskKey(board), Date.now());
    setBoards((before) => ({ ...before, ...byTask(initial) }));
  }, [initial]);

  useEffect(() => {
    if (!isInstalled) return undefined;
    let isGone = false;
    const loadOthers = async () => {
      const brought = new Set(initial.map(taskKey));
      const wanted = tasks.filter((task) => !brought.has(taskKey(task)));
      const loadNext = async (): Promise<void> => {
        const next = wanted.shift();
        if (next === undefined || isGone) return;
        await load(next);
        await loadNext();
      };
      await Promise.all(Array.from({ length: PREFETCHES_AT_ONCE }, loadNext));
    };
    const timer = setTimeout(() => void loadOthers(), PREFETCH_AFTER_MS);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [isInstalled, tasks, initial, load]);

  const { area, scenario } = choice;
  useEffect(() => {
    if (isInstalled) void load({ area, scenario });
  }, [isInstalled, load, area, scenario]);

  const isPending = isInstalled && (board?.pendingCount ?? 0) > 0;
  useEffect(() => {
    if (!isPending) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      timer = setTimeout(
        () => {
          void load({ area, scenario });
          wait();
        },
        document.hidden ? REFRESH_HIDDEN_MS : REFRESH_MS,
      );
    };
    const lookAgain = () => {
      clearTimeout(timer);
      if (!document.hidden) void load({ area, scenario });
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
    board: board ?? boards[shownKey] ?? initial[0]!,
    boards,
    state: board !== undefined ? 'here' : failedKey === key ? 'failed' : 'waiting',
    prepare: (wanted) => void load(wanted),
    retry: () => void load({ area, scenario }),
  };
}

function byTask(boards: readonly Leaderboard[]): Boards {
  return Object.fromEntries(boards.map((board) => [taskKey(board), board]));
}
