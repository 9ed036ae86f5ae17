import { HOSTILE } from '../../packages/probe/src/testing-hostile.ts';
import { type Attack, must } from '../attack.ts';
import { serving } from '../objects.ts';

const names = Object.keys(HOSTILE);

export const files: Attack[] = [
  {
    name: `a probe of ${names.length} hostile files`,
    cases: names.length,
    async run(target) {
      const keys = names.map((_, at) => `${String(at).padStart(4, '0')}.bin`);
      const objects = () => new Map(names.map((name, at) => [keys[at]!, HOSTILE[name]!]));
      const { id: sourceId } = await target.attach(serving(objects));
      const synced = await target.finish((await target.startSync(sourceId)).id);
      must(synced.status === 'succeeded', `the sync is ${synced.status}: ${synced.problem?.detail}`);
      const { id } = await target.client.call('probeSource', {
        params: { sourceId },
        body: { which: 'all' },
      });
      const { status, problem } = await target.finish(id);
      must(status === 'succeeded', `the probe is ${status}: ${problem?.detail}`);
      const assets = await Array.fromAsync(
        target.client.pages('listAssets', { query: { sourceId, limit: 1000 } }),
      );
      const unknown = assets.filter(({ media }) => !media?.facts && !media?.problem);
      must(
        assets.length === names.length && unknown.length === 0,
        `of ${assets.length} assets nothing is known of ${unknown.map(({ key }) => names[keys.indexOf(key)])}`,
      );
    },
  },
];
