/** The colours of drawn figures, one registry for all: a role never changes its colour between linked figures. */
export type ChartColours = {
  ink: string;
  inkFaint: string;
  line: string;
  surface: string;
  land: string;
  submission: string;
  reference: string;
};

const VARIABLES: Record<keyof ChartColours, string> = {
  ink: '--ink',
  inkFaint: '--ink-faint',
  line: '--line',
  surface: '--surface',
  land: '--land',
  submission: '--accent',
  reference: '--signal',
};

/** Reads the colours of the theme that is on: canvases cannot use style-sheet variables by themselves. */
export function readChartColours(host: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  probe.style.display = 'none';
  host.append(probe);
  const read = (variable: string): string => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const colours = Object.fromEntries(
    Object.entries(VARIABLES).map(([role, variable]) => [role, read(variable)]),
  ) as ChartColours;
  probe.remove();
  return colours;
}

/** `rgb(221, 216, 204)` as numbers: what a computed colour looks like, and what pixels are made of. */
export function rgbOf(colour: string): [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
