import { fileURLToPath } from 'node:url';
import { measure } from '../measured.ts';
import { type Benchmark, figure, median, ratio } from '../report.ts';

const CLIENT = fileURLToPath(new URL('./client.ts', import.meta.url));

/** URLs for objects of S3, signed by the SDK's presigner and by ours, 500 at a time. No request is sent. */
export const signing: Benchmark = async ({ objects, runs, log }) => {
  const sign = async (client: 'sdk' | 'ours', count: number): Promise<number> => {
    const { stdout } = await measure(process.execPath, [CLIENT, client, String(count)]);
    const { urls, seconds } = JSON.parse(stdout) as { urls: number; seconds: number };
    if (urls !== count) throw new Error(`${client} signed ${urls} of ${count} URLs.`);
    log(`${client}: ${Math.round(urls / seconds).toLocaleString('en')} URLs/s`);
    return urls / seconds;
  };
  const rounds: { sdk: number; ours: number }[] = [];
  for (let round = 0; round < runs; round++)
    rounds.push({ sdk: await sign('sdk', Math.ceil(objects / 10)), ours: await sign('ours', objects) });
  return [
    figure('S3: the SDK’s presigner', median(rounds.map(({ sdk }) => sdk)), 'URLs/s'),
    figure('S3: ours', median(rounds.map(({ ours }) => ours)), 'URLs/s'),
    ratio('S3: ours against the SDK’s presigner', median(rounds.map(({ sdk, ours }) => ours / sdk)), {
      must: 10,
      aim: 20,
    }),
  ];
};
