// Probes one file after the other in a thread that can be ended. See thread.ts.
import { parentPort, workerData } from 'node:worker_threads';
import type { ByteSource } from '../byte-source.ts';
import type { Format } from '../format.ts';
import { probe } from '../probe.ts';
import { ProbeError } from '../probe-error.ts';
import { type FromWorker, failureOf, type Task, type ToWorker } from './messages.ts';

const { FORMATS } = (await import(workerData.formats)) as { FORMATS: readonly Format[] };
const asked = new Map<number, PromiseWithResolvers<Uint8Array>>();
let questions = 0;

const send = (message: FromWorker) => parentPort!.postMessage(message);

parentPort!.on('message', (message: ToWorker) => {
  if ('start' in message) {
    run(message.start);
    return;
  }
  const answer = asked.get(message.id);
  asked.delete(message.id);
  if ('bytes' in message) answer?.resolve(message.bytes);
  else answer?.reject(new ProbeError(message.failure.code, message.failure.message));
});

async function run({ sizeBytes, name, budget }: Task): Promise<void> {
  const source: ByteSource = { sizeBytes, read: ask };
  try {
    send({ probe: await probe(source, name, { budget, formats: FORMATS }) });
  } catch (error) {
    send({ failure: failureOf(error, 'malformed', 'The file breaks the rules of its format') });
  }
}

function ask(offset: number, length: number): Promise<Uint8Array> {
  const answer = Promise.withResolvers<Uint8Array>();
  const id = ++questions;
  asked.set(id, answer);
  send({ id, offset, length });
  return answer.promise;
}
