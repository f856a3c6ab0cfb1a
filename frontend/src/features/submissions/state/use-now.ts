'use client';

import { useEffect, useState } from 'react';

/** The time, refreshed each second; `null` on the server and at first, so that both write the same page. */
export function useNow(isRunning: boolean): number | null {
  const [nowMs, setNowMs] = useState<number | null>(null);
  useEffect(() => {
    setNowMs(Date.now());
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return nowMs;
}
