// `npm run fuzz -- --seconds 600`: changes the samples of all formats here and there and probes them, for as long as is
// asked for. It ends with the smallest file that broke a promise, or with how many held.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { DEFAULT_BUDGET } from '../packages/probe/src/budget.ts';
import { memorySource } from '../packages/probe/src/byte-source.ts';
import { FORMATS } from '../packages/probe/src/formats.ts';
import { createProber } from '../packages/probe/src/node/prober.ts';
import { probeWithinBounds } from '../packages/probe/src/testing-bounds.ts';
import { mutatedSamples, readSamples, type Sample } from '../packages/probe/src/testing-mutations.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, format: { type: 'string' } },
});
const budget = { ...DEFAULT_BUDGET, milliseconds: 5_000 };
const prober = createProber({ budget });
const samples = await readSamples();
const counts = new Map<string, number>();
const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
const formatOf = ({ bytes }: Sample) => FORMATS.find(format => format.recognises(bytes, bytes.length))?.id;

const wanted = values.format ? samples.filter(sample => formatOf(sample) === values.format) : samples;
const covered = new Set(samples.map(formatOf));
const missing = FORMATS.filter(({ id }) => !covered.has(id)).map(({ id }) => id);
if (missing.length) console.log(`No samples: ${missing.join(', ')}.`);
const idle = process.memoryUsage().rss;

const property = fc.asyncProperty(mutatedSamples(wanted), async ({ name, bytes }) => {
  const code = await probeWithinBounds(memorySource(bytes), budget, source => prober.probe(source, name));
  count(code ?? 'facts');
});
const details = await fc.check(property, {
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: Number(values.seconds) * 1000,
});
await prober.close();
const failed = details.counterexample !== null;
if (failed) console.error(fc.defaultReportMessage(details));
const grown = Math.round((process.memoryUsage().rss - idle) / 2 ** 20);
console.log(`${details.numRuns} files in ${values.seconds} s; memory grew by ${grown} MB.`);
for (const [what, times] of counts) console.log(`  ${what}: ${times}`);
process.exitCode = failed ? 1 : 0;
