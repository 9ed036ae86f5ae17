// The command line, from source: `npm run mooring -- …`. Before `serve` it builds the web app where needed.
import { buildWeb } from './web-build.ts';

if (process.argv[2] === 'serve') process.env.MOORING_WEB_DIR ??= await buildWeb();
await import('../packages/cli/src/main.ts');
