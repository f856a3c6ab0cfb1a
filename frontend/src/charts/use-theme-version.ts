'use client';

import { useEffect, useState } from 'react';
import { THEME_CHANGED_EVENT } from '../components/site/theme';

/** A number that changes with the theme, so that effects which paint run again. */
export function useThemeVersion(): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const change = () => setVersion((current) => current + 1);
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', change);
    window.addEventListener(THEME_CHANGED_EVENT, change);
    return () => {
      system.removeEventListener('change', change);
      window.removeEventListener(THEME_CHANGED_EVENT, change);
    };
  }, []);
  return version;
}
