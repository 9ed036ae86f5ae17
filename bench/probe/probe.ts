import type { Benchmark, Row } from '../report.ts';
import { CORPUS, readCorpus } from './corpus.ts';
import { type StartedReader, startRangeServer, startReader } from './processes.ts';
import { costRows, type Judged, judgeReader, overallRows } from './quality.ts';
import { againstRows, measureSpeeds, overallSpeedRows, speedRows } from './speed.ts';

const PEERS = ['image-size', 'music-metadata', 'mediainfo.js', 'ffprobe'];
/** A reading of all kinds has so many times the files of a reading of one. */
const KINDS = 5;

/**
 * Learns what the files of a corpus are, over HTTP with a delay for each request: how much is right, what it costs and
 * how fast it is, against peers on the kinds that they know.
 */
export const probe: Benchmark = async ({ runs, files: count, log }) => {
  const corpus = await readCorpus(log);
  const server = await startRangeServer(CORPUS);
  const readers: StartedReader[] = [];
  try {
    for (const name of ['ours', ...PEERS]) readers.push(await startReader(name, server.origin));
    const [ours] = readers as [StartedReader, ...StartedReader[]];
    const quality = new Map<StartedReader, Judged[]>();
    for (const reader of readers) {
      log(`${reader.name} reads each file once.`);
      quality.set(reader, await judgeReader(reader, corpus, server, reader === ours ? log : undefined));
    }
    const [all] = await measureSpeeds([ours], corpus, server, { runs, count: count * KINDS });
    const rows: Row[] = [...overallRows(quality.get(ours)!), ...overallSpeedRows(all!)];
    for (const kind of new Set(corpus.map(({ facts }) => facts.kind))) {
      log(`Measuring ${kind}.`);
      const files = corpus.filter(({ facts }) => facts.kind === kind);
      const those = readers.filter(({ knows }) => knows === 'all' || knows[kind]);
      const speeds = await measureSpeeds(those, files, server, { runs, count });
      for (const [i, reader] of those.entries()) {
        const judged = quality.get(reader)!.filter(({ file }) => file.facts.kind === kind);
        const name = `${kind}, ${reader.name}`;
        rows.push(...costRows(name, judged), ...speedRows(name, speeds[i]!));
        if (i > 0) rows.push(...againstRows(`${kind}: ours against ${reader.name}`, speeds[0]!, speeds[i]!));
      }
    }
    return rows;
  } finally {
    for (const reader of readers) await reader.stop();
    await server.stop();
  }
};
