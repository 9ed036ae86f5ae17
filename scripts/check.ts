// `npm run check`: everything that can be said about the code without running it, in seconds.
import { failedChecks } from './checks.ts';
import { runTests } from './vitest.ts';

const failed = await failedChecks();
const architecture = await runTests('test', ['architecture']);
if (failed.length || architecture.failures.length) process.exitCode = 1;
