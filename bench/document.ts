import type { Row } from './report.ts';

const TITLES: Record<string, { title: string; about: string }> = {
  listing: {
    title: 'Listing alone',
    about:
      'One process lists a container, makes every object with its texts and date, and keeps none. The emulator answers from memory, in a process of its own. The SDK’s loop is the official `listBlobsFlat` with pages of 5,000, and is stopped after a tenth of the objects.',
  },
  sync: {
    title: 'Syncs',
    about:
      'A real installation with its embedded database, fsync on, syncs the container through the API. The storage answers it in Arrow and adds no latency; the peers ask for XML, and store nothing.',
  },
  latency: {
    title: 'A storage that is far away',
    about:
      'Each answer begins after 60 ms. A sync lists ranges of keys at once, and finds that nothing has changed; our own listing asks for page after page, the next one while it reads one.',
  },
  scale: {
    title: 'Ten times as many',
    about: 'The same syncs of the same container and of one ten times as large, which is measured once.',
  },
  events: {
    title: 'Following changes',
    about: 'Events come to the webhook as Event Grid sends them; the catalogue is watched through the API.',
  },
};

const BY_HAND = '## Where the time goes';

/**
 * The page of figures, as the benchmarks found them.
 * @param former the page until now, of which the part that is written by hand is kept
 */
export function benchmarksDocument(
  results: Record<string, Row[]>,
  { objects, runs, machine }: { objects: number; runs: number; machine: string },
  former: string,
): string {
  const at = former.indexOf(BY_HAND);
  const byHand = at < 0 ? '' : former.slice(at);
  const sections = Object.entries(results).map(([name, rows]) => {
    const { title, about } = TITLES[name] ?? { title: name, about: '' };
    return `## ${title}\n\n\`npm run bench -- ${name} --objects ${objects} --runs ${runs}\`. ${about}\n\n${table(rows)}`;
  });
  return `# Benchmarks

Written by \`npm run bench -- all --objects ${objects} --runs ${runs}\`. Figures are medians over the runs, and ratios are medians of the ratios within each run, so that what else a machine does strikes both sides. “Must” and “aim” are the goals set for a million objects.

Machine: ${machine}

${sections.join('\n\n')}
${byHand && `\n${byHand}`}`;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, value, unit, must, aim, reached }) => {
    const figure = `${value.toLocaleString('en', { maximumFractionDigits: 2 })} ${unit}`.trim();
    const goal = must === undefined ? '' : `${must} | ${aim} | ${reached ? 'yes' : '**no**'}`;
    return `| ${name} | ${figure} | ${goal || '| |'} |`;
  });
  return ['| what | measured | must | aim | reached |', '| --- | ---: | ---: | ---: | --- |', ...lines].join(
    '\n',
  );
}
