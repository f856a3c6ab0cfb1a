'use client';

import { useEffect, useRef, useState } from 'react';
import { browserGateway } from '../../../lib/api/browser-gateway';
import type { Significance } from './scorecard-view';
import { loadSignificance, type PairsQuestion } from './significance';

/** What the matrix needs to know of pairs; asked again when its zero line or its entries change. */
export function useSignificance(
  challenge: string,
  version: string | null,
  questions: readonly PairsQuestion[],
): Significance {
  const [significance, setSignificance] = useState<Significance>({});
  const latest = useRef(questions);
  latest.current = questions;
  const key = JSON.stringify(questions);

  useEffect(() => {
    let isGone = false;
    void loadSignificance(latest.current, (task, evaluations) =>
      browserGateway.boardPairs(challenge, { ...task, version }, evaluations),
    ).then((found) => {
      if (!isGone) setSignificance(found);
    });
    return () => {
      isGone = true;
    };
  }, [challenge, version, key]);

  return significance;
}
