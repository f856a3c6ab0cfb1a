/** One line on stderr that is drawn over; silent where stderr is not a terminal, so that logs stay clean. */
export type ProgressLine = {
  update: (fraction: number, text: string) => void;
  clear: () => void;
};

type Stream = { isTTY?: boolean; columns?: number; write: (text: string) => unknown };

const BAR_WIDTH = 24;
const REDRAW_INTERVAL_MS = 80;

export function createProgressLine(
  stream: Stream = process.stderr,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  if (stream.isTTY !== true) return { update: () => undefined, clear: () => undefined };
  let drawnMs = -Infinity;
  return {
    update: (fraction, text) => {
      if (nowMs() - drawnMs < REDRAW_INTERVAL_MS && fraction < 1) return;
      drawnMs = nowMs();
      const filled = Math.round(BAR_WIDTH * Math.min(1, Math.max(0, fraction)));
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const percent = `${Math.floor(fraction * 100)}`.padStart(3);
      stream.write(`\r\u001b[K${`${bar} ${percent} %  ${text}`.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear: () => stream.write('\r\u001b[K'),
  };
}
