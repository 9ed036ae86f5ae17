// Loaded before `mooring` (NODE_OPTIONS=--import=…), it puts the registrations of this folder in the place of the
// product's own: what a person does who adds a kind, in four files.
import { registerHooks } from 'node:module';

const packages = new URL('../../packages/', import.meta.url);
const here = (name: string) => new URL(`registrations/${name}.ts`, import.meta.url).href;
const REPLACED: Readonly<Record<string, string>> = {
  [new URL('server/src/kinds.ts', packages).href]: here('server'),
  [new URL('server/src/kind-settings.ts', packages).href]: here('settings'),
  [new URL('cli/src/kinds.ts', packages).href]: here('cli'),
};

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const url = REPLACED[found.url];
    return url === undefined ? found : { ...found, url };
  },
});
