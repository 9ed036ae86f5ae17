// What is pure of this kind. Browsers load it too.
export { direct } from './kind.ts';
export { signatureOf } from './signed-url.ts';
