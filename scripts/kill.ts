// `npm run kill -- --times 10`: kills processes under syncs and registrations so many times as often as `npm test`;
// under registrations at any moment, of lists of 100,000 items. `--only registration` or `--only kill` takes one file.
import { parseArgs } from 'node:util';
import { succeeds } from './process.ts';

const { values } = parseArgs({
  options: { times: { type: 'string', default: '10' }, only: { type: 'string' } },
});
const files = ['kill', 'registration'].filter(name => name === (values.only ?? name));
if (files.length === 0 || !(Number(values.times) >= 1)) {
  console.error('Give --times a number from 1 on, and --only “kill” (under syncs) or “registration”.');
  process.exit(2);
}
process.env.MOORING_TEST_KILLS = values.times;
const paths = files.map(name => `acceptance/${name}.test.ts`);
const args = ['--testNamePattern=that are killed', '--reporter=verbose'];
process.exitCode = (await succeeds('vitest', ['run', '--root', 'test', ...paths, ...args])) ? 0 : 1;
