import { type RouteId, routes } from '@mooring/contract';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Handlers } from '../route.ts';
import { handlers } from './index.ts';

type All = Handlers<typeof routes>;

describe('the handlers', () => {
  it('are there for every route of the contract, and for no other', () => {
    expect(Object.keys(handlers).toSorted()).toEqual(Object.keys(routes).toSorted());
  });

  it.each(Object.keys(routes) as RouteId[])('%s streams where the contract says so', id => {
    expect('stream' in handlers[id]).toBe('stream' in routes[id]);
  });

  // The type checker holds these (npm run check): a route without a handler does not compile.
  it('have types that a missing handler or a missing stream does not fit', () => {
    expectTypeOf<Omit<All, 'getFolder'>>().not.toExtend<All>();
    expectTypeOf<Omit<All, 'runChecks'> & { runChecks: All['runChecks']['answer'] }>().not.toExtend<All>();
  });
});
