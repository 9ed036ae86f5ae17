import { expect, test } from 'vitest';
import { DEFAULT_BUDGET } from './budget.ts';
import { memorySource } from './byte-source.ts';
import type { Format } from './format.ts';
import { probe } from './probe.ts';

const text = (words: string) => memorySource(new TextEncoder().encode(words));
const format = (id: string, read: Format['read']): Format => ({
  id,
  mediaType: `image/${id}`,
  kind: 'image',
  extensions: [id],
  recognises: head => new TextDecoder().decode(head).startsWith(id),
  read,
});
const formats = [
  format('plain', async () => ({ facts: { width: 3, height: 2 } })),
  format('other', async () => ({ facts: { mediaType: 'image/corrected' } })),
  format('throws', () => Promise.reject(new RangeError('Offset is outside the bounds of the DataView'))),
  format('odd', () => Promise.reject({ message: 5 })),
  format('last', async reader => ({ facts: { pages: (await reader.read(reader.sizeBytes - 1, 1))[0]! } })),
];

test('gives every fact, those that are not known as null', async () => {
  const { facts, warnings, spent } = await probe(text('plain'), 'a.plain', { formats });
  expect(facts).toMatchObject({ mediaType: 'image/plain', kind: 'image', width: 3, height: 2, codec: null });
  expect(warnings).toEqual([]);
  expect(spent).toEqual({ bytes: 5, requests: 1, reads: 1 });
});

test.each([
  ['a.plain', 'The name ends in .plain. The content is image/corrected.'],
  ['a.PLAIN', 'The name ends in .plain. The content is image/corrected.'],
])('%s with other content is warned about', async (name, message) => {
  const { warnings } = await probe(text('other'), name, { formats });
  expect(warnings).toEqual([{ code: 'name_disagrees', message }]);
});

test.each(['a.other', 'a', 'a.unheard', 'plain', '.plain/a'])('%s agrees with any content', async name => {
  expect((await probe(text('other'), name, { formats })).warnings).toEqual([]);
});

test.each([
  ['', 'not_recognised', 'The file is empty.'],
  ['?', 'not_recognised', 'The first bytes are of no format that Mooring knows.'],
  ['throws', 'malformed', 'The throws file breaks the rules: Offset is outside the bounds of the DataView'],
  ['odd', 'malformed', 'The odd file breaks the rules: an error without words'],
])('%j cannot be probed: %s', async (words, code, message) => {
  await expect(probe(text(words), 'a', { formats })).rejects.toMatchObject({
    name: 'ProbeError',
    code,
    message,
  });
});

test('errors of the storage are told apart from those of the file', async () => {
  const refusing = { sizeBytes: 10, read: () => Promise.reject(new TypeError('fetch failed')) };
  await expect(probe(refusing, 'a', { formats })).rejects.toMatchObject({
    code: 'unreadable',
    message: 'The storage did not answer: fetch failed',
  });
});

test('a storage that never answers costs no more than the budget, and can be given up before', async () => {
  const silent = { sizeBytes: 10, read: () => new Promise<Uint8Array>(() => undefined) };
  const budget = { ...DEFAULT_BUDGET, milliseconds: 5 };
  await expect(probe(silent, 'a', { formats, budget })).rejects.toMatchObject({ code: 'over_budget' });

  const controller = new AbortController();
  const probing = probe(silent, 'a', { formats, signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(probing).rejects.toThrow('enough');
});
