// Makes one thumbnail after the other, in a process that can be ended: what it decodes may be hostile.
import { enableCompileCache } from 'node:module';
import { constants, setPriority } from 'node:os';
import type { ByteSource } from '@mooring/probe';
import type { FromMaker, Task, ToMaker } from './messages.ts';

enableCompileCache(); // counts for what is imported from here on
process.title = 'mooring thumbnails';
setPriority(constants.priority.PRIORITY_BELOW_NORMAL); // answering requests comes first

const making = import('./make-thumbnail.ts');
const asked = new Map<number, PromiseWithResolvers<Uint8Array>>();
let questions = 0;

const send = (message: FromMaker) => process.send!(message);

process.on('message', (message: ToMaker) => {
  if ('task' in message) {
    run(message.task);
    return;
  }
  const answer = asked.get(message.id);
  asked.delete(message.id);
  if ('bytes' in message) answer?.resolve(message.bytes);
  else answer?.reject(new Error(message.failure));
});
process.on('disconnect', () => process.exit());

async function run(task: Task): Promise<void> {
  const { makeThumbnail } = await making;
  send(await makeThumbnail(sourceOf(task), task));
}

/** The file, of which the head is here. */
const sourceOf = ({ sizeBytes, head }: Task): ByteSource => ({
  sizeBytes,
  read: async (offset, length) =>
    offset + length <= head.length ? head.subarray(offset, offset + length) : ask(offset, length),
});

function ask(offset: number, length: number): Promise<Uint8Array> {
  const answer = Promise.withResolvers<Uint8Array>();
  const id = ++questions;
  asked.set(id, answer);
  send({ id, offset, length });
  return answer.promise;
}

await making;
send({ ready: true });
