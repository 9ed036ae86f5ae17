/** Colours and weights, where the stream can show them and the person wants them (https://no-color.org). */
export function createStyle(stream: { isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>) {
  const on = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const wrap = (open: number, close: number) => (text: string) =>
    on ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    blue: wrap(34, 39),
  };
}
export type Style = ReturnType<typeof createStyle>;
