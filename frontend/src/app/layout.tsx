import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { SiteFooter } from '../components/site/site-footer';
import { SiteHeader } from '../components/site/site-header';
import { parseTheme, THEME_COOKIE } from '../components/site/theme';
import { unreadCountOf } from '../lib/api/unread-count';
import { currentVisitor } from '../lib/api/session';
import './globals.css';

const plexSans = localFont({
  src: '../fonts/ibm-plex-sans-latin.woff2',
  weight: '400 600',
  variable: '--font-sans',
  display: 'swap',
});
const plexSansGreek = localFont({
  src: '../fonts/ibm-plex-sans-greek.woff2',
  weight: '400 600',
  variable: '--font-sans-greek',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
  declarations: [{ prop: 'unicode-range', value: 'U+0370-03FF' }],
});
const newsreader = localFont({
  src: '../fonts/newsreader-latin.woff2',
  weight: '400 600',
  variable: '--font-serif',
  display: 'swap',
  adjustFontFallback: 'Times New Roman',
});
const newsreaderItalic = localFont({
  src: '../fonts/newsreader-latin-italic.woff2',
  weight: '400 600',
  style: 'italic',
  variable: '--font-serif-italic',
  display: 'swap',
  preload: false,
  adjustFontFallback: 'Times New Roman',
});
const plexMono = localFont({
  src: '../fonts/ibm-plex-mono-latin.woff2',
  weight: '400',
  variable: '--font-mono',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
});
const FACES = [plexSans, plexSansGreek, newsreader, newsreaderItalic, plexMono]
  .map((face) => face.variable)
  .join(' ');

export const metadata: Metadata = {
  title: { default: 'Sillage: how well is the sea surface mapped?', template: '%s · Sillage' },
  description:
    'Open evaluation of maps of sea surface height: upload a reconstruction, see it checked and scored, compare it on the board.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f8f8' },
    { media: '(prefers-color-scheme: dark)', color: '#09131b' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(THEME_COOKIE)?.value);
  const visitor = await currentVisitor();
  return (
    <html lang="en" className={FACES} data-theme={theme === 'system' ? undefined : theme}>
      <body>
        <a href="#content" className="skip-link">
          Skip to the content
        </a>
        <SiteHeader visitor={visitor} theme={theme} unreadCount={await unreadCountOf(visitor)} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
        <SiteFooter />
      </body>
    </html>
  );
}
