'use client';

import { useState } from 'react';
import { THEME_CHANGED_EVENT, THEME_COOKIE, THEMES, type Theme } from './theme';
import styles from './theme-toggle.module.css';

const LABELS: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };
const YEAR_S = 365 * 24 * 3600;

export function ThemeToggle({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';

  function change() {
    setTheme(next);
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
    document.cookie = `${THEME_COOKIE}=${next}; path=/; max-age=${YEAR_S}; samesite=lax`;
    window.dispatchEvent(new Event(THEME_CHANGED_EVENT));
  }

  return (
    <button
      type="button"
      className={styles.toggle}
      onClick={change}
      aria-label={`Theme: ${LABELS[theme]}. Change to ${LABELS[next]}.`}
      title={`Theme: ${LABELS[theme]}`}
    >
      <svg
        width="18"
        height="18"
        viewBox="0 0 18 18"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <circle cx="9" cy="9" r="6.25" />
        {theme === 'system' ? <path d="M9 2.750a6.250 6.250 0 0 1 0 12.500z" fill="currentColor" /> : null}
        {theme === 'dark' ? <circle cx="9" cy="9" r="6.25" fill="currentColor" /> : null}
        {theme === 'light' ? <circle cx="9" cy="9" r="2" fill="currentColor" /> : null}
      </svg>
    </button>
  );
}
