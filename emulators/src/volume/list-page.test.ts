import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ListRequest, listPage } from './list-page.ts';
import { find, type ObjectSequence } from './object-sequence.ts';
import { createOverlaid } from './overlaid.ts';
import { SHAPES } from './shapes.ts';
import { createStored } from './stored.ts';
import { createSynthetic } from './synthetic.ts';

const FLAT: ListRequest = {
  prefix: '',
  delimiter: '',
  from: null,
  startFrom: null,
  endBefore: null,
  maxResults: 5000,
};

/** What a listing finds, page after page. */
function listed(objects: ObjectSequence, request: ListRequest) {
  const names: string[] = [];
  let from: string | null = null;
  do {
    const page = listPage(objects, { ...request, from });
    if (page.next !== null) expect(page.entries).toHaveLength(request.maxResults);
    names.push(
      ...page.entries.map(entry => ('commonPrefix' in entry ? `${entry.commonPrefix}*` : entry.key)),
    );
    from = page.next;
  } while (from !== null);
  return names;
}

/** The same by looking at every object. */
function expected(
  objects: ObjectSequence,
  { prefix, delimiter, startFrom, endBefore }: ListRequest,
): string[] {
  const names = new Set<string>();
  for (let position = 0; position < objects.length; position++) {
    const object = objects.objectAt(position);
    if (!object?.key.startsWith(prefix)) continue;
    if (startFrom !== null && objects.order(object.key, startFrom) < 0) continue;
    if (endBefore !== null && objects.order(object.key, endBefore) >= 0) continue;
    const rest = `${object.key.slice(prefix.length)}${object.directory && delimiter ? '/' : ''}`;
    const at = delimiter ? rest.indexOf(delimiter) : -1;
    names.add(at < 0 ? object.key : `${prefix}${rest.slice(0, at + 1)}*`);
  }
  return [...names];
}

describe.each(SHAPES)('a container of the shape %s', shape => {
  const change = { seed: 3, added: 0.1, changed: 0.1, removed: 0.2 };
  const states = [null, change].map(state => createSynthetic({ objects: 500, shape, folders: 7 }, state));

  test('has its keys in order, each once', () => {
    for (const objects of states) {
      for (let position = 1; position < objects.length; position++)
        expect(objects.order(objects.keyAt(position - 1), objects.keyAt(position))).toBeLessThan(0);
    }
  });

  test('lists the same as looking at every object, for every query', () => {
    const someKey = fc.nat(499).map(position => states[0]!.keyAt(position));
    const bound = fc.option(
      fc.tuple(someKey, fc.constantFrom('', '!', '~')).map(([key, more]) => key + more),
    );
    const request = fc.record({
      prefix: fc.oneof(
        fc.constant(''),
        fc.tuple(someKey, fc.nat(12)).map(([key, end]) => key.slice(0, end)),
      ),
      delimiter: fc.constantFrom('', '/'),
      startFrom: bound,
      endBefore: bound,
      maxResults: fc.constantFrom(1, 7, 100, 5000),
    });
    const check = fc.property(fc.constantFrom(...states), request, (objects, asked) => {
      const whole = { ...FLAT, ...asked, prefix: asked.prefix.toWellFormed() };
      expect(listed(objects, whole)).toEqual(expected(objects, whole));
    });
    fc.assert(check, { numRuns: 60 });
  });

  test('changes by exactly the shares that are asked for', () => {
    const facts = (objects: ObjectSequence) => {
      const etags = new Map<string, string>();
      for (let position = 0; position < objects.length; position++) {
        const object = objects.objectAt(position);
        if (object) etags.set(object.key, object.etag);
      }
      return etags;
    };
    const [before, after] = states.map(facts);
    const keys = [...before!.keys()];
    expect(keys.filter(key => !after!.has(key))).toHaveLength(100);
    expect([...after!.keys()].filter(key => !before!.has(key))).toHaveLength(50);
    expect(keys.filter(key => after!.has(key) && after!.get(key) !== before!.get(key))).toHaveLength(50);
  });
});

test('what was put stands between what is computed, and in its place', () => {
  for (const shape of SHAPES) {
    const computed = createSynthetic({ objects: 40, shape, folders: 3 }, { seed: 1, removed: 0.2 });
    const keys = Array.from({ length: 80 }, (_, position) => computed.keyAt(position));
    const key = fc.oneof(
      fc.constantFrom(...keys),
      fc.constantFrom('', '!', ...keys.map(known => `${known}+`)).filter(other => other !== ''),
    );
    const check = fc.property(fc.array(fc.tuple(key, fc.boolean()), { maxLength: 20 }), writes => {
      const stored = createStored(() => new Date(0), computed.order);
      const both = createOverlaid(computed, stored);
      const expected = new Map<string, boolean>();
      for (const [position, known] of keys.entries())
        if (computed.objectAt(position)) expected.set(known, false);
      for (const [written, isRemoved] of writes) {
        if (isRemoved) stored.remove(written);
        else stored.put(written, Buffer.from('put'));
        const there = find(stored.objects, written) !== null;
        if (there) expected.set(written, true);
        else if (isRemoved && expected.get(written)) {
          expected.delete(written);
          if (find(computed, written)) expected.set(written, false);
        }
        const sorted = [...expected.keys()].toSorted(computed.order);
        expect(listed(both, { ...FLAT, maxResults: 7 })).toEqual(sorted);
      }
      for (const [known, isPut] of expected) {
        const object = find(both, known)!;
        expect(both.bodyOf(object).toString() === 'put').toBe(isPut);
      }
    });
    fc.assert(check, { numRuns: 20 });
  }
});

test('a page of ten million objects costs what one of ten thousand does', () => {
  let looks = 0;
  const counting = (objects: number) => {
    const inner = createSynthetic({ objects, shape: 'tree' }, null);
    const keyAt = (position: number) => {
      looks += 1;
      return inner.keyAt(position);
    };
    return { ...inner, keyAt };
  };
  listPage(counting(10_000_000), { ...FLAT, prefix: 'folder-000500/', delimiter: '/', maxResults: 10 });
  expect(looks).toBeLessThan(100);
});
