const BAR_WIDTH = 30;

/**
 * Tells on stderr how far the demo is: a line for each step, and on a terminal a bar that moves within one.
 */
export function createScreen(stream: NodeJS.WriteStream) {
  const clearLine = () => {
    if (stream.isTTY) stream.write('\r\x1b[K');
  };
  const line = (text: string) => {
    clearLine();
    stream.write(`${text}\n`);
  };
  return {
    line,

    /** Does one step, and says so with how long it took. */
    async step<T>(what: string, work: () => Promise<T>): Promise<T> {
      const begin = performance.now();
      if (stream.isTTY) stream.write(`  ${what} …`);
      const result = await work();
      line(`✓ ${what} (${((performance.now() - begin) / 1000).toFixed(1)} s)`);
      return result;
    },

    /** Redraws the progress of the current step; only on a terminal. */
    progress(what: string, done: number, total: number | null): void {
      if (!stream.isTTY) return;
      const share = total ? Math.min(1, done / total) : 0;
      const filled = Math.round(share * BAR_WIDTH);
      const bar = total ? `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ` : '';
      const count = total
        ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
        : done.toLocaleString('en');
      stream.write(`\r\x1b[K  ${what} ${bar}${count}`);
    },
  };
}
export type Screen = ReturnType<typeof createScreen>;
