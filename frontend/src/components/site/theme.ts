export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Kept in a cookie, so that the server writes the theme into the first byte of the page and nothing flashes. */
export const THEME_COOKIE = 'sillage_theme';

export function parseTheme(value: string | undefined): Theme {
  return THEMES.find((theme) => theme === value) ?? 'system';
}

/** Told to charts and maps, which paint with colours they have to read again. */
export const THEME_CHANGED_EVENT = 'sillage-theme-changed';
