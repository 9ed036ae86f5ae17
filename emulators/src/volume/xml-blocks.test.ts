import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCache } from './cache.ts';
import { type ListRequest, listPage } from './list-page.ts';
import type { VolumeObject } from './object-sequence.ts';
import { createSynthetic } from './synthetic.ts';
import { flatElements, type XmlBlock } from './xml-blocks.ts';
import { blobElement } from './xml-page.ts';

const states = [null, { seed: 3, added: 0.1, removed: 0.7 }].map(change =>
  createSynthetic({ objects: 1700, shape: 'tree', folders: 9 }, change),
);

test('a page of kept elements is the page of its objects', () => {
  const someKey = fc.nat(1699).map(position => states[0]!.keyAt(position));
  const bound = fc.option(someKey);
  const request = fc.record<ListRequest>({
    prefix: fc.oneof(
      fc.constant(''),
      someKey.map(key => key.slice(0, 14)),
    ),
    delimiter: fc.constant(''),
    from: bound,
    startFrom: bound,
    endBefore: bound,
    maxResults: fc.constantFrom(1, 499, 500, 501, 5000),
  });
  const blocks = createCache<XmlBlock>(200_000, ({ bytes }) => bytes.length); // not all of them
  const check = fc.property(fc.nat(1), request, (state, asked) => {
    const objects = states[state]!;
    const { elements, next } = flatElements(objects, asked, { metadata: true, version: `${state}`, blocks });
    const page = listPage(objects, asked);
    const expected = page.entries.map(entry => blobElement(entry as VolumeObject, true)).join('');
    expect([Buffer.concat(elements).toString(), next]).toEqual([expected, page.next]);
  });
  fc.assert(check, { numRuns: 200 });
});
