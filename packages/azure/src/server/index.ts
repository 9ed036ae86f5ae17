// What the server takes from this kind: the one line of its registration.
export { azureServer } from './kind.ts';
