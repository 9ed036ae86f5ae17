import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Budget } from '../budget.ts';
import type { ByteSource } from '../byte-source.ts';
import type { Probe } from '../probe.ts';
import { malformed, ProbeError, wordsOf } from '../probe-error.ts';
import { overBudget } from '../range-reader.ts';
import { type FromWorker, failureOf, type Question, type ToWorker } from './messages.ts';

const ENTRY = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
/** What V8 keeps for objects is limited by V8 itself; buffers are watched. */
const HEAP_MEGABYTES = 128;
const BUFFER_BYTES = 256 << 20;
const WATCH_MILLISECONDS = 50;

/** A worker that probes one file at a time. The bytes are read on this side. */
export class Thread {
  readonly #worker: Worker;
  #job: Job | undefined;
  #hasEnded = false;

  /** @param formats a module that exports FORMATS */
  constructor(formats: URL) {
    this.#worker = new Worker(ENTRY, {
      workerData: { formats: formats.href },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES, maxYoungGenerationSizeMb: 16 },
      stdout: true,
      stderr: true,
    });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    this.#worker.on('error', error => this.#job?.reject(whyItEnded(error)));
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      this.#job?.reject(malformed('The thread that read this file has ended itself.'));
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Probes a file. Ends the thread where it gives no answer of its own: where the signal aborts, or where it takes too
   * much memory.
   * @throws ProbeError, or the reason of the signal
   */
  async run(source: ByteSource, name: string, budget: Budget, signal: AbortSignal): Promise<Probe> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    const watch = setInterval(() => this.#checkMemory(), WATCH_MILLISECONDS);
    const refusals = new Map<string, unknown>();
    this.#job = { source, budget, signal, resolve, reject, refusals, bytes: 0, requests: 0 };
    this.#send({ start: { sizeBytes: source.sizeBytes, name, budget } });
    const answer = await promise
      .catch(async error => {
        await this.end();
        throw error;
      })
      .finally(() => {
        clearInterval(watch);
        signal.removeEventListener('abort', abort);
        this.#job = undefined;
      });
    if ('probe' in answer) return answer.probe;
    const { code, message } = answer.failure;
    throw new ProbeError(code, message, { cause: refusals.get(message) });
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#worker.terminate();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    const job = this.#job;
    if (!job) return;
    if ('id' in message) this.#answer(job, message);
    else job.resolve(message);
  }

  async #answer(job: Job, { id, offset, length }: Question): Promise<void> {
    const { source, signal, budget } = job;
    job.bytes += length;
    job.requests += 1;
    if (job.bytes > budget.bytes) return job.reject(overBudget('bytes', budget.bytes));
    if (job.requests > budget.requests) return job.reject(overBudget('requests', budget.requests));
    try {
      const bytes = Uint8Array.from(await source.read(offset, length, signal)); // A copy: it is moved to the worker.
      this.#worker.postMessage({ id, bytes } satisfies ToWorker, [bytes.buffer]);
    } catch (error) {
      const failure = failureOf(error, 'unreadable', 'The storage did not answer');
      job.refusals.set(failure.message, error instanceof ProbeError ? error.cause : error);
      this.#send({ id, failure });
    }
  }

  /** V8 limits the objects of a worker, and not its buffers. */
  async #checkMemory(): Promise<void> {
    const job = this.#job;
    const statistics = await this.#worker.getHeapStatistics().catch(() => null); // It has ended, and says why by an event.
    if (statistics && statistics.external_memory > BUFFER_BYTES) job?.reject(tooMuchMemory());
  }
}

type Answer = Exclude<FromWorker, Question>;

/** What a thread is doing. */
interface Job {
  source: ByteSource;
  budget: Budget;
  signal: AbortSignal;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
  /** Causes of what the source refused, by the messages that the worker was sent: causes cannot cross. */
  refusals: Map<string, unknown>;
  /** What the worker has been sent. */
  bytes: number;
  requests: number;
}

const tooMuchMemory = () =>
  new ProbeError(
    'over_budget',
    `Reading this file needs more than ${HEAP_MEGABYTES} MB of objects or ${BUFFER_BYTES >> 20} MB of buffers. That is the limit for one asset.`,
  );

/** An error that was thrown outside the probe, such as in a callback of a library, or the end of the memory. */
function whyItEnded(error: unknown): ProbeError {
  const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (isMemory) return tooMuchMemory();
  return malformed(`The thread that read this file has ended: ${wordsOf(error)}`);
}
