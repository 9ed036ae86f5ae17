import type { Row } from './report.ts';

const TITLES: Record<string, { title: string; about: string }> = {
  listing: {
    title: 'Listing alone',
    about:
      'One process lists a container. It makes every object, with its texts and date, and keeps none. The emulator answers from memory, in its own process. The SDK’s loop is the official `listBlobsFlat` with pages of 5,000; it is stopped after a tenth of the objects.',
  },
  signing: {
    title: 'Signing URLs',
    about:
      'URLs for objects of S3, 500 at a time, in a process of its own. No request is sent. The SDK signs a tenth as many.',
  },
  sync: {
    title: 'Syncs',
    about:
      'A real installation with its embedded database and fsync on syncs the container through the API. The storage answers in Arrow and adds no latency. The peers ask for XML and store nothing.',
  },
  latency: {
    title: 'A storage that is far away',
    about:
      'Each answer begins after 60 ms. The sync lists several ranges of keys at the same time, and nothing has changed. The bare listing asks for one page after another, and reads a page while it waits for the next.',
  },
  scale: {
    title: 'Ten times as many',
    about:
      'The same syncs, of the same container and of one ten times as large. The larger one is measured once.',
  },
  register: {
    title: 'Reading and registering manifests',
    about:
      'Each reader reads a file with that many items in a process of its own. Mooring makes items of it, with checked addresses and facts. The peers parse it and do nothing: stream-json gives a token for each value, and csv-parse a record for each line. Then an installation registers the JSON file. Its connection is client-only, so that no storage is waited for; the memory is that of server and worker together, without the database.',
  },
  export: {
    title: 'Exports',
    about:
      'A client reads each export of all assets over HTTP and throws it away. The peer is a process of Python that has the same rows in memory and writes them again into a file in memory: pyarrow for Arrow and Parquet, csv for CSV, json for the formats of JSON. Its time is that of writing alone. The memory is that of server and worker together, without the database. “must” and “aim” are for a million assets.',
  },
  thumbnails: {
    title: 'The first screen of photographs',
    about:
      'Chromium opens the grid twice, each time with an empty cache of its own. The photographs are noise, the hardest to compress. The second time the thumbnails come from the cache of the server. The storage is an emulator without latency.',
  },
  events: {
    title: 'Following changes',
    about:
      'Events arrive at the webhook as Event Grid sends them. The benchmark watches the catalogue through the API.',
  },
  probe: {
    title: 'Learning what files are',
    about:
      'A corpus of made and real files lies on a server that answers GET with Range. Each answer begins after 0, 30 or 100 ms. Each reader has 32 files in hand at the same time, in a process of its own. “Right” compares with ffprobe, exiftool, jxlinfo, dcmdump, pdfinfo and libraries of Python; a peer is asked only for facts that it gives. The server counts requests and bytes.',
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

Written by \`npm run bench -- all --objects ${objects} --runs ${runs}\`. Figures are medians over the runs. Ratios are medians of the ratios within each run, so other work on the machine affects both sides. “Must” and “aim” are the goals for a million objects.

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
