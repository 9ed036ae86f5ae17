// `npm run build -w @mooring/sdk`: builds packages to JavaScript with types, each into its `dist`. Inside the repository
// everything runs from source.
import { buildLibrary } from './release/library.ts';

for (const name of process.argv.slice(2)) await buildLibrary(name);
