import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import type { ByteSource } from '@mooring/probe';
import { MooringError } from '../platform/problem.ts';
import { BUDGET } from './maker/limits.ts';
import type { FromMaker, MakerAnswer, Question, Task, ToMaker } from './maker/messages.ts';

const ENTRY = new URL(`./maker/maker-process${extname(import.meta.url)}`, import.meta.url);
/** Writable memory; Node.js itself takes 650 MB of it, most of which it never touches. */
const MOST_KILOBYTES = 1_700_000;
const HEAP_MEGABYTES = 128;
const SECONDS = BUDGET.milliseconds / 1000 + 1; // the process itself should say it

/** A process that makes one thumbnail at a time. The bytes are read on this side. */
export class Maker {
  readonly #process: ChildProcess;
  #job: Job | undefined;
  /** It has said that it is ready. */
  #hasBegun = false;
  #hasEnded = false;

  constructor() {
    // Only Linux keeps to this limit of the shell's; macOS takes it and ignores it.
    const limited = `ulimit -d ${MOST_KILOBYTES}; exec "$0" "$@"`;
    this.#process = fork(ENTRY, {
      execPath: '/bin/sh',
      execArgv: ['-c', limited, process.execPath, `--max-old-space-size=${HEAP_MEGABYTES}`],
      env: {},
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (message: FromMaker) => this.#receive(message));
    this.#process.on('error', error => this.#end(error));
    this.#process.on('exit', (code, signal) => this.#end(this.#whyItEnded(signal ?? code)));
    this.#process.unref();
    this.#process.channel?.unref();
  }

  /** Also the system ends processes (SIGKILL), and one that never began says nothing about the file. */
  #whyItEnded(how: string | number | null): MakerEnded {
    if (!this.#hasBegun) return new MakerEnded(`It ended with ${how} before it began.`, false);
    return new MakerEnded(
      `It ended with ${how}: perhaps it needs more memory than it may take.`,
      how !== 'SIGKILL',
    );
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Makes a thumbnail. Where `signal` aborts, nothing more is read, so that the process is soon free.
   * @throws what `source` throws; MakerEnded where the process comes to no answer; the reason of the signal
   */
  async run(task: Task, source: ByteSource, signal: AbortSignal): Promise<MakerAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<MakerAnswer>();
    const job: Job = { source, signal, resolve, reject, bytes: 0, reading: 0, failure: undefined };
    this.#job = job;
    const timer = setTimeout(() => {
      if (job.reading > 0) job.failure ??= tooSlow();
      this.#end(new MakerEnded(`It took more than ${SECONDS} seconds.`, this.#hasBegun));
    }, SECONDS * 1000);
    this.#send({ task });
    try {
      const answer = await promise;
      if (job.failure) throw job.failure;
      return answer;
    } catch (error) {
      throw job.failure ?? error;
    } finally {
      clearTimeout(timer);
      this.#job = undefined;
    }
  }

  end(): void {
    this.#end(new MakerEnded('The server stops.', false));
  }

  #end(error: Error): void {
    this.#hasEnded = true;
    this.#process.kill('SIGKILL');
    this.#job?.reject(error);
  }

  #send(message: ToMaker): void {
    if (this.#process.connected) this.#process.send(message, () => {}); // where that fails it has ended, and says so
  }

  #receive(message: FromMaker): void {
    this.#hasBegun = true;
    const job = this.#job;
    if (!job || 'ready' in message) return;
    if ('id' in message) this.#answer(job, message);
    else job.resolve(message);
  }

  async #answer(job: Job, { id, offset, length }: Question): Promise<void> {
    job.bytes += length;
    if (job.bytes > BUDGET.bytes)
      return this.#end(new MakerEnded('It asked for too much of the file.', true));
    job.reading++;
    try {
      this.#send({ id, bytes: await job.source.read(offset, length, job.signal) });
    } catch (error) {
      job.failure ??= error;
      this.#send({ id, failure: 'The storage did not give it.' });
    } finally {
      job.reading--;
    }
  }
}

/** A process that has ended without an answer. `message` says why, as a sentence. */
export class MakerEnded extends Error {
  override readonly name = 'MakerEnded';
  /** Whether the same file comes to the same end each time. */
  readonly lasting: boolean;
  constructor(message: string, lasting: boolean) {
    super(message);
    this.lasting = lasting;
  }
}

const tooSlow = (): MooringError =>
  new MooringError('storage_unreachable', `The storage did not give the bytes within ${SECONDS} seconds.`, {
    fix: 'Try again. The checks of the connection say how long the storage takes to answer.',
  });

/** What a maker is doing. */
interface Job {
  source: ByteSource;
  signal: AbortSignal;
  resolve(answer: MakerAnswer): void;
  reject(error: unknown): void;
  /** What it has asked for. */
  bytes: number;
  /** Reads that are under way. */
  reading: number;
  /** The first error of the storage. */
  failure: unknown;
}
