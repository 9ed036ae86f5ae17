import { readdirSync } from 'node:fs';
import { type RouteId, routes } from '@mooring/contract';
import { describe, expect, it } from 'vitest';
import { handlers } from './index.ts';

const nameOf = (id: string): string => id.replace(/[A-Z]/g, char => `-${char.toLowerCase()}`);

describe('the routes', () => {
  it('have one file each, and every file is a route', () => {
    const files = readdirSync(import.meta.dirname).filter(
      name => name !== 'index.ts' && !name.includes('.test.'),
    );
    expect(files.sort()).toEqual(
      Object.keys(routes)
        .map(id => `${nameOf(id)}.ts`)
        .sort(),
    );
  });

  it.each(Object.keys(routes) as RouteId[])('%s is answered by the handler of its own file', async id => {
    const file = new URL(`${nameOf(id)}.ts`, import.meta.url).href;
    const module = (await import(/* @vite-ignore */ file)) as Record<string, unknown>;
    expect(Object.keys(module)).toEqual([id]);
    expect(module[id]).toBe(handlers[id]);
    expect(handlers[id].id).toBe(id);
    expect('stream' in handlers[id]).toBe('stream' in routes[id]);
  });
});
