// `npm run clients`: tries Mooring with programs of others that take minutes to install, such as Label Studio. They are
// installed once, at pinned versions, below `node_modules`. `--objects 10000` tries them with so many objects.
import { parseArgs } from 'node:util';
import { installDebianPackages } from './debian-packages.ts';
import { runTests } from './vitest.ts';
import { buildWeb } from './web-build.ts';

const { values } = parseArgs({ options: { objects: { type: 'string', default: '1000' } } });
const objects = Number(values.objects);
if (!(Number.isInteger(objects) && objects >= 100 && objects % 10 === 0)) {
  console.error('Give --objects a multiple of 10, from 100 on.');
  process.exit(2);
}
process.env.MOORING_FOREIGN_OBJECTS = values.objects;
await installDebianPackages();
await buildWeb();
const { passed, failures } = await runTests('test', ['foreign/']);
for (const failure of failures) console.log(`✗ ${failure}`);
console.log(`\n${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
