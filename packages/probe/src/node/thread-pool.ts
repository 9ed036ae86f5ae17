import { Thread } from './thread.ts';

/** Threads that are started when they are needed, and started anew where they have ended. */
export class ThreadPool {
  readonly #formats: URL;
  readonly #most: number;
  readonly #idle: Thread[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #all = new Set<Thread>();
  #busy = 0;

  constructor(formats: URL, most: number) {
    this.#formats = formats;
    this.#most = most;
  }

  /**
   * Lends a thread to `work`, as soon as there is one.
   * @throws the reason of the signal, where it aborts before
   */
  async with<T>(signal: AbortSignal, work: (thread: Thread) => Promise<T>): Promise<T> {
    await this.#turn(signal);
    try {
      signal.throwIfAborted();
      const thread = this.#take();
      return await work(thread).finally(() => this.#idle.push(thread));
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }

  /** Ends all threads. */
  async end(): Promise<void> {
    await Promise.all([...this.#all].map(thread => thread.end()));
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (this.#busy < this.#most) {
      this.#busy++;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const giveUp = () => {
      this.#waiting.splice(this.#waiting.indexOf(resolve), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    this.#waiting.push(resolve);
    await promise.finally(() => signal.removeEventListener('abort', giveUp));
  }

  #take(): Thread {
    for (let thread = this.#idle.pop(); thread; thread = this.#idle.pop()) {
      if (!thread.hasEnded) return thread;
      this.#all.delete(thread);
    }
    const thread = new Thread(this.#formats);
    this.#all.add(thread);
    return thread;
  }
}
