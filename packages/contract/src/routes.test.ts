import { expect, it } from 'vitest';
import * as contract from './index.ts';

it('gathers the routes of every resource, and no two have one name or address', () => {
  const ofResources = Object.entries(contract).filter(([name]) => name.endsWith('Routes'));
  const ids = ofResources.flatMap(([, routes]) => Object.keys(routes));
  expect(ids.toSorted()).toEqual(Object.keys(contract.routes).toSorted());
  const addresses = Object.values(contract.routes).map(({ method, path }) => `${method} ${path}`);
  expect(new Set(addresses).size).toBe(ids.length);
});
