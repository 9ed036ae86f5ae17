import type { Socket } from 'node:net';

/** As much as libuv reads at once. */
const READ_BYTES = 64 * 1024;
/** With room for three reads the one that begins at the front again does not touch the last. */
const ROOM_BYTES = 3 * READ_BYTES;

/**
 * Where a socket may read to, again and again. By default each read has 64 KB of its own, and V8 marks the whole heap
 * each time some tens of megabytes of these have gathered: of a listing in XML that cost more than all else.
 *
 * What was read stays where it is while it waits in the socket, and until 64 KB or more have been taken after it,
 * which is longer than undici keeps parts of an answer's head (16 KB at most).
 */
export function reusedReads() {
  let socket: Socket;
  let room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  let at = 0;
  let latest = 0;

  return {
    /** https://nodejs.org/api/net.html#new-netsocketoptions */
    onread: {
      /** Where to read to next. */
      buffer(): Buffer {
        at += latest;
        if (at > ROOM_BYTES - READ_BYTES) {
          if (socket.readableLength > latest) room = Buffer.allocUnsafeSlow(ROOM_BYTES); // the other is still needed
          at = 0;
        }
        latest = 0;
        return room.subarray(at, at + READ_BYTES);
      },
      callback(bytes: number, read: Uint8Array): boolean {
        latest = bytes;
        return socket.push(read.subarray(0, bytes));
      },
    },
    /** Says which socket it is, before it is connected. */
    of(opened: Socket): void {
      socket = opened;
    },
  };
}
