// How fast pages are there: largest paint, layout shift, bytes of scripts, and switches of the board, on a running platform.
//
//   SILLAGE_URL=http://127.0.0.1:3000 npm run bench:paint [-- --runs 5]
//
// A new browser profile for each run, nothing cached; no throttling: the machine is the limit. Needs Chromium.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromium as installedChromium } from '../../tools/system-packages.mjs';

const { values: options } = parseArgs({
  options: { challenge: { type: 'string', default: 'demo-osse' }, runs: { type: 'string', default: '5' } },
});
const url = (process.env.SILLAGE_URL ?? 'http://127.0.0.1:3000').replace(/\/+$/, '');
const runs = Number(options.runs);
const SETTLE_MS = 1_500;

const board = `/challenges/${options.challenge}/leaderboard`;
const { tasks } = await (await fetch(`${url}/api/challenges/${options.challenge}`)).json();
const [task] = tasks;
const { rows } = await (
  await fetch(
    `${url}/api/challenges/${options.challenge}/leaderboard?area=${task.area}&scenario=${task.scenario}`,
  )
).json();
const pages = [
  { name: 'home', path: '/' },
  { name: 'challenge', path: `/challenges/${options.challenge}` },
  { name: 'leaderboard', path: `${board}?area=${task.area}&scenario=${task.scenario}` },
  { name: 'all areas', path: `${board}?view=matrix` },
  ...(rows.length === 0 ? [] : [{ name: 'submission', path: `/submissions/${rows[0].submissionId}` }]),
];

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const browser = await chromium.launch({
  executablePath: installedChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  const table = [];
  for (const page of pages) {
    const measured = [];
    for (let run = 0; run < runs; run += 1) measured.push(await paintOf(page.path));
    table.push({
      page: page.name,
      'largest paint, median ms': Math.round(median(measured.map(({ paintMs }) => paintMs))),
      'worst ms': Math.round(Math.max(...measured.map(({ paintMs }) => paintMs))),
      'layout shift': Number(Math.max(...measured.map(({ shift }) => shift)).toFixed(3)),
      'scripts, kB gzipped': Math.round(median(measured.map(({ scriptBytes }) => scriptBytes)) / 1000),
    });
  }
  console.log(`${runs} runs each, 1280 × 900, nothing cached; targets: 1500 ms, 250 kB on the leaderboard\n`);
  console.table(table);
  const switches = await switchTimes();
  console.log(
    `\nSwitches of the board by its chips, ms from the click to the next frame that shows it: median ${Math.round(median(switches))}, worst ${Math.round(Math.max(...switches))} of ${switches.length}; target 200 ms`,
  );
} finally {
  await browser.close();
}

async function paintOf(path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  let scriptBytes = 0;
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  const scripts = new Set();
  devtools.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });
  await page.addInitScript(() => {
    globalThis.paintMs = 0;
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) globalThis.paintMs = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(`${url}${path}`, { waitUntil: 'networkidle' });
  await page.waitForTimeout(SETTLE_MS);
  const measured = await page.evaluate(() => ({ paintMs: globalThis.paintMs, shift: globalThis.shift }));
  await context.close();
  return { ...measured, scriptBytes };
}

/** Clicks through areas and observations once every board is there, as a reader does. */
async function switchTimes() {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(`${url}${board}?area=${task.area}&scenario=${task.scenario}`, { waitUntil: 'networkidle' });
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    for (const name of ['Area', 'Observations']) {
      const links = page.getByRole('navigation', { name, exact: true }).getByRole('link');
      for (let index = 0; index < (await links.count()); index += 1) {
        const link = links.nth(index);
        if ((await link.getAttribute('aria-current')) !== null) continue;
        times.push(
          await link.evaluate(
            (element) =>
              new Promise((resolve) => {
                const before = document.querySelector('[data-board]')?.getAttribute('data-board');
                const start = performance.now();
                const look = () => {
                  const now = document.querySelector('[data-board][data-state="here"]');
                  if (now !== null && now.getAttribute('data-board') !== before)
                    requestAnimationFrame(() => resolve(performance.now() - start));
                  else requestAnimationFrame(look);
                };
                element.click();
                requestAnimationFrame(look);
              }),
          ),
        );
      }
    }
  }
  await context.close();
  return times;
}
