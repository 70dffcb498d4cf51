/** Colours where a person sees them, and the colours of a plan. */
import colors from 'picocolors';

export type Paint = ReturnType<typeof colors.createColors>;
type Environment = Readonly<Record<string, string | undefined>>;

/** `NO_COLOR` (no-color.org) and `FORCE_COLOR` win over what the stream is. */
export function paintFor(stream: { readonly isTTY?: boolean }, environment: Environment, may = true): Paint {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0';
  const isShown = isForced || (stream.isTTY === true && TERM !== 'dumb');
  return colors.createColors(may && (NO_COLOR ?? '') === '' && isShown);
}

/** A line of a plan, by its sign; any other line as it is. */
export function paintPlanLine(line: string, { green, yellow, cyan, red, dim }: Paint): string {
  const paint = { '+': green, '~': yellow, '^': cyan, '-': red, '!': dim }[line.trimStart().charAt(0)];
  return paint === undefined ? line : paint(line);
}
