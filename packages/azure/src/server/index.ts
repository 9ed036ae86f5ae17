// What the server takes from this kind.
export { azureServer } from './kind.ts';
