import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type AuditEntry, auditEntry } from '@mooring/contract';
import { type NotedEntry, verifyAudit } from '@mooring/sdk';
import { type Command, InvalidArgumentError } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { Exit, UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { count } from '../../output/quantity.ts';
import { openSession, outputOf } from '../../session.ts';

const PAGE_ENTRIES = 1000;

export function verifyAuditCommand(parent: Command, io: Io): void {
  parent
    .command('verify')
    .summary('find entries that were changed or are missing')
    .description(
      'Reads the whole audit, or a file from mooring audit export, and computes every hash anew. Prints the number and ' +
        'the hash of the last entry: note them elsewhere, and give them with --noted later, to see that nothing before ' +
        'was written anew. Exits with 5 when an entry was changed or is missing.',
    )
    .argument('[file]', 'a file from mooring audit export without a filter; - for standard input')
    .option('--noted <number:hash>', 'an entry that was noted earlier', toNoted)
    .action(async (file: string | undefined, { noted }: { noted?: NotedEntry }, command: Command) => {
      const out = outputOf(command, io);
      const against = noted ? { noted } : {};
      const verdict = await (file === undefined
        ? verifyServer(command, io, against)
        : verifyAudit(linesOf(io, file), against));
      const { entries, last, fault } = verdict;
      await out.one(verdict, () => {
        if (fault !== null) return `✗ ${fault}\n  Right before it: ${count(entries)}.\n`;
        if (last === null) return 'There are no entries.\n';
        return `✓ No entry was changed, and none is missing. Entries: ${count(entries)}.\n${last.seq}:${last.hash}\n`;
      });
      if (fault !== null) throw new Exit(EXIT.checksFailed);
    });
}

async function verifyServer(command: Command, io: Io, against: { noted?: NotedEntry }) {
  const { client } = await openSession(command, io);
  const chain = await client.call('getAudit');
  const query = { order: 'oldest', limit: PAGE_ENTRIES } as const;
  return verifyAudit(client.pages('listAuditEntries', { query }), { ...against, chain });
}

/** @throws UsageError where the file cannot be read, or a line of it is no entry */
async function* linesOf(io: Io, file: string): AsyncGenerator<AuditEntry> {
  const input = file === '-' ? io.stdin : createReadStream(file);
  let line = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (text.trim() === '') continue;
      const read = auditEntry.safeParse(parse(text));
      if (!read.success)
        throw new UsageError(`Line ${line} of ${file} is no entry of the audit.`, 'Export the audit again.');
      yield read.data;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    throw new UsageError(
      `The file ${file} cannot be read: ${error.code}.`,
      'Check the path and who may read it.',
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // refused, as every other text that is no entry
  }
}

function toNoted(text: string): NotedEntry {
  const [, seq, hash] = /^(\d+):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  if (seq && hash) return { seq: Number(seq), hash };
  throw new InvalidArgumentError('Expected what mooring audit verify printed: a number, a colon and a hash.');
}
