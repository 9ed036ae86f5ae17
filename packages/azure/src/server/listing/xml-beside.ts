import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { unreadableAs } from '@mooring/storage/objects';
import type { ListPage } from '@mooring/storage/server';
import { type FilledBuffer, giveBack, readBytes } from '@mooring/storage/server';
import { readXmlPage, toListPage, type XmlPage } from './xml-reader.ts';

/** A page, whose memory is handed to the thread and back. */
export interface Question {
  body: ArrayBuffer;
  bytes: number;
}

export interface Answer {
  body: ArrayBuffer;
  /** A message where it cannot be read. */
  page: XmlPage | string;
}

type Asked = Pick<PromiseWithResolvers<Answer>, 'resolve' | 'reject'>;

const ENTRY = new URL(`./xml-thread${extname(import.meta.url)}`, import.meta.url);
/** Smaller pages are read at once: to hand them over takes longer. */
const WORTH_BYTES = 256 * 1024;
/**
 * Enough to keep it busy. V8 counts what comes back as new memory, and marks the whole heap the more often the more
 * comes and goes.
 */
const MOST_HANDED_OVER = 2;
/** What the thread makes is handed over; it keeps next to nothing. */
const YOUNG_MEGABYTES = 4;

/**
 * Reads a page of List Blobs in XML, the large ones in a thread of their own: a page of 5,000 blobs has 3.4 MB, and
 * this thread has its hands full with receiving them.
 *
 * @throws ProviderError as `readXmlPage`
 */
export async function readXmlBeside(body: FilledBuffer): Promise<ListPage> {
  if (body.bytes < WORTH_BYTES) return readBytes(body, readXmlPage);
  thread ??= startThread();
  const answer = await thread.ask({ body: body.buffer.buffer as ArrayBuffer, bytes: body.bytes });
  giveBack(Buffer.from(answer.body));
  if (typeof answer.page === 'string') throw unreadableAs(answer.page);
  return toListPage(answer.page);
}

let thread: ReturnType<typeof startThread> | null = null;

/** It ends with the process, and does not keep it alive. */
function startThread() {
  const worker = new Worker(ENTRY, {
    name: 'xml',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  worker.unref();
  const waiting: (Asked & { question: Question })[] = [];
  const handedOver: Asked[] = [];

  function handOver(): void {
    while (waiting.length > 0 && handedOver.length < MOST_HANDED_OVER) {
      const { question, ...asked } = waiting.shift()!;
      handedOver.push(asked);
      worker.postMessage(question, [question.body]);
    }
    if (handedOver.length > 0) worker.ref();
    else worker.unref();
  }

  worker.on('message', (answer: Answer) => {
    handedOver.shift()!.resolve(answer);
    handOver();
  });
  const ended = (cause: unknown): void => {
    thread = null;
    const error = new Error('The thread that reads listings has ended.', { cause });
    for (const { reject } of [...handedOver.splice(0), ...waiting.splice(0)]) reject(error);
  };
  worker.once('error', ended);
  worker.once('exit', ended);

  return {
    ask(question: Question): Promise<Answer> {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting.push({ question, resolve, reject });
      handOver();
      return promise;
    },
  };
}
