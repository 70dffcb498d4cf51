/** A line chart on two logarithmic axes, as SVG: readable in light and in dark, and by a screen reader. */

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

interface Point {
  readonly x: number;
  readonly y: number;
  /** Not measured but computed: its marker is hollow, and the line to it dashed. */
  readonly isExtrapolated?: boolean;
}

export interface Chart {
  readonly title: string;
  /** One sentence for who cannot see it. */
  readonly description: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

const width = 760;
const height = 420;
/** The names of the lines stand at their ends, on the right. */
const plot = { left: 74, right: 580, top: 64, bottom: 360 } as const;
const labelHeight = 17;

/** Of a palette that people with colour blindness tell apart; the dark ones are lighter. Shapes differ, too. */
const colours = [
  { light: '#0b63c5', dark: '#6cb2ff' },
  { light: '#b45309', dark: '#f5a742' },
  { light: '#15803d', dark: '#6fd390' },
  { light: '#7c3aed', dark: '#c4a2ff' },
] as const;

export function drawChart({ title, description, x, y, series }: Chart): string {
  const points = series.flatMap((each) => each.points);
  const across = axis(
    points.map((point) => point.x),
    plot.left,
    plot.right,
  );
  const up = axis(
    points.map((point) => point.y),
    plot.bottom,
    plot.top,
  );
  const ends = placeLabels(series.map((each) => up.place(each.points.at(-1)?.y ?? 1)));
  const lines = series.flatMap((each, at) => drawSeries(each, at, across, up, ends[at] ?? 0));
  const hasExtrapolated = points.some((point) => point.isExtrapolated);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    `<style>${style(series.length)}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${plot.left}" y="28">${escaped(title)}</text>`,
    `<text x="${plot.left}" y="${plot.top - 14}">${escaped(y)}</text>`,
    ...up.ticks.flatMap((tick) => [
      `<path class="grid" d="M${plot.left} ${up.place(tick)}H${plot.right}"/>`,
      `<text class="tick" x="${plot.left - 10}" y="${up.place(tick) + 4}" text-anchor="end">${shown(tick)}</text>`,
    ]),
    ...across.ticks.flatMap((tick) => [
      `<path class="axis" d="M${across.place(tick)} ${plot.bottom}v5"/>`,
      `<text class="tick" x="${across.place(tick)}" y="${plot.bottom + 20}" text-anchor="middle">${shown(tick)}</text>`,
    ]),
    `<path class="axis" d="M${plot.left} ${plot.bottom}H${plot.right}"/>`,
    `<text x="${(plot.left + plot.right) / 2}" y="${plot.bottom + 42}" text-anchor="middle">${escaped(x)}</text>`,
    ...lines,
    ...(hasExtrapolated
      ? [
          `<text class="tick" x="${width - 14}" y="${height - 12}" text-anchor="end">dashed, hollow: extrapolated</text>`,
        ]
      : []),
    '</svg>',
  ].join('\n')}\n`;
}

interface Axis {
  readonly ticks: readonly number[];
  place(value: number): number;
}

/** Whole powers of ten around the values. */
function axis(values: readonly number[], from: number, to: number): Axis {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, at) => 10 ** (low + at)),
    place: (value) => round(from + ((to - from) * (Math.log10(value) - low)) / (high - low)),
  };
}

function drawSeries({ name, points }: Series, at: number, across: Axis, up: Axis, labelY: number): string[] {
  const place = ({ x, y }: Point): string => `${across.place(x)} ${up.place(y)}`;
  const segments = points.slice(1).map((point, index) => {
    const dashed = point.isExtrapolated ? ' dashed' : '';
    return `<path class="line s${at}${dashed}" d="M${place(points[index] as Point)}L${place(point)}"/>`;
  });
  const marks = points.map((point) => {
    const hollow = point.isExtrapolated ? ' hollow' : '';
    return `<path class="mark s${at}${hollow}" d="M${place(point)}${shapes[at % shapes.length]}"/>`;
  });
  const last = points.at(-1);
  const leader =
    last === undefined
      ? ''
      : `<path class="leader" d="M${across.place(last.x) + 8} ${up.place(last.y)}L${plot.right + 14} ${labelY}"/>`;
  const label = `<text class="name f${at}" x="${plot.right + 18}" y="${labelY + 4}">${escaped(name)}</text>`;
  return [...segments, leader, ...marks, label];
}

/** A circle, a square, a triangle, a diamond, around where the path begins. */
const shapes = [
  'm-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  'm-4 -4h8v8h-8z',
  'm0 -5.5l5 9h-10z',
  'm0 -5.5l5.5 5.5l-5.5 5.5l-5.5 -5.5z',
] as const;

/** Lines that end close together keep their order, and none of their names covers another. */
function placeLabels(ys: readonly number[]): number[] {
  const order = ys.map((y, at) => ({ y, at })).sort((one, other) => one.y - other.y);
  const placed = [...ys];
  let free = 0;
  for (const { y, at } of order) {
    placed[at] = Math.max(y, free);
    free = (placed[at] ?? 0) + labelHeight;
  }
  return placed;
}

function style(count: number): string {
  const rules = (shade: 'light' | 'dark'): string =>
    colours
      .slice(0, count)
      .map(
        (colour, at) =>
          `.s${at}{stroke:${colour[shade]};fill:${colour[shade]}}.f${at}{fill:${colour[shade]}}`,
      )
      .join('');
  const ground = { light: '#ffffff', dark: '#0d1117' };
  const ink = { light: '#1f2328', dark: '#e6edf3' };
  const faint = { light: '#d1d9e0', dark: '#30363d' };
  const theme = (shade: 'light' | 'dark'): string =>
    `.paper{fill:${ground[shade]}}text{fill:${ink[shade]}}.grid{stroke:${faint[shade]}}.axis,.leader{stroke:${ink[shade]}}${rules(shade)}.line{fill:none}.hollow{fill:${ground[shade]}}`;
  return [
    'text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif}',
    '.title{font-size:16px;font-weight:600}.tick{font-size:12px}.name{font-weight:600}',
    '.grid,.axis{fill:none;stroke-width:1}.leader{fill:none;stroke-width:.6;opacity:.5}',
    '.line{stroke-width:2.2}.dashed{stroke-dasharray:5 5}.mark{stroke-width:1.8}',
    theme('light'),
    `@media (prefers-color-scheme:dark){${theme('dark')}}`,
  ].join('');
}

/** 1,000 and 0.01; a million as 1 M. */
const shown = (value: number): string =>
  value >= 1_000_000 ? `${value / 1_000_000} M` : value.toLocaleString('en');

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
