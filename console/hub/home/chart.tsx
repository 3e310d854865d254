/** A bar for each bucket, its parts by outcome, drawn by uPlot in the colours of the theme; loaded when there is something to draw. */
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef, useState } from 'react';
import { type Outcome, outcomes, type Span, stack, type Throughput } from './buckets.ts';

const height = 220;

type ChartProps = {
  of: Throughput;
  span: Span;
  /** What is to be seen, in a sentence. */
  label: string;
  /** The place of the bucket that is pointed at. */
  onPoint: (place: number | null) => void;
};

export function Chart({ of: throughput, span, label, onPoint }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  /** A bar that is pointed at stays pointed at when the chart is drawn anew. */
  const pointed = useRef<Place>({ left: -1, top: -1 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const within = place.current;
    if (within === null) return;
    const chart = draw(within, throughput, { span, onPoint, pointed: pointed.current });
    const resized = new ResizeObserver(() => chart.setSize({ width: within.clientWidth, height }));
    resized.observe(within);
    return () => {
      resized.disconnect();
      const { left = -1, top = -1 } = chart.cursor;
      pointed.current = { left, top };
      chart.destroy();
      onPoint(null);
    };
  }, [throughput, span, onPoint, theme]);
  return <div className="chart" role="img" aria-label={label} ref={place} />;
}

/** Changes whenever colours may have. */
function useTheme(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const changed = () => setChanges((count) => count + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(changed);
    system.addEventListener('change', changed);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      system.removeEventListener('change', changed);
      chosen.disconnect();
    };
  }, []);
  return changes;
}

type Place = { left: number; top: number };
type Drawing = { span: Span; onPoint: (place: number | null) => void; pointed: Place };

function draw(within: HTMLElement, { buckets, bucketMs }: Throughput, { span, onPoint, pointed }: Drawing): UPlot {
  const { times, tops } = stack(buckets);
  const first = times[0] ?? 0;
  const end = (times.at(-1) ?? 0) + bucketMs / 1_000;
  // Behind the last is what is covered by all others.
  const drawn = outcomes.toReversed();
  const options: UPlot.Options = {
    width: within.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { setScale: false, x: false, y: false } },
    scales: { x: { range: [first, end] }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    axes: axesOf(within, span),
    series: [{}, ...drawn.map((outcome) => seriesOf(outcome))],
    hooks: { ready: [(chart) => chart.setCursor(pointed)], setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)] },
  };
  return new UPlot(options, [times, ...drawn.map((outcome) => tops[outcome])], within);
}

function seriesOf(outcome: Outcome): UPlot.Series {
  const paths = UPlot.paths.bars?.({ size: [0.9, 40], align: 1 });
  const fill = colourOf(`.swatch.${outcome}`, 'backgroundColor');
  return { fill, width: 0, points: { show: false }, ...(paths === undefined ? {} : { paths }) };
}

/** As it stands on the page in this theme. */
function colourOf(selector: string, property: 'backgroundColor' | 'color' | 'borderTopColor'): string {
  const found = document.querySelector(selector);
  return found === null ? 'gray' : getComputedStyle(found)[property];
}

const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' });

function axesOf(within: HTMLElement, span: Span): UPlot.Axis[] {
  const { color, borderTopColor, fontFamily } = getComputedStyle(within);
  const grid = { stroke: borderTopColor, width: 1 };
  const look = { stroke: color, font: `12px ${fontFamily}`, ticks: grid };
  const timeText = (seconds: number) => (span === 'week' ? day : timeOfDay).format(seconds * 1_000);
  const steps = span === 'week' ? { incrs: [86_400, 2 * 86_400] } : {};
  return [
    { ...look, ...steps, grid: { show: false }, space: 72, values: (_, splits) => splits.map(timeText) },
    { ...look, grid, size: 56, incrs: wholeSteps, values: (_, splits) => splits.map((count) => compact.format(count)) },
  ];
}

/** No axis of rows has half a row. */
const wholeSteps = Array.from({ length: 13 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
