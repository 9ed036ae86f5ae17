import type { Storage } from '@mooring/emulators';
import type { PlainClient } from './plain-client.ts';

const OBJECT = /<Name>(.*?)<\/Name>.*?<Etag>(.*?)<\/Etag>.*?<Content-Length>(\d+)</gs;
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** What a listing says of one object. */
export interface Listed {
  etag: string;
  sizeBytes: number;
}

/** Everything in the container by its key, as the emulator itself lists it, past the front and its faults. */
export async function listContainer(storage: Storage, plain: PlainClient): Promise<Map<string, Listed>> {
  const found = new Map<string, Listed>();
  const container = `${storage.azurite.origin}/${storage.account.name}/${storage.container}`;
  for (let marker = ''; ; ) {
    const query = `restype=container&comp=list&marker=${encodeURIComponent(marker)}`;
    const answer = await plain.get(`${container}?${query}&${storage.sas()}`);
    if (answer.status !== 200) throw new Error(`The emulator answered ${answer.status}: ${answer.body}`);
    const xml = answer.body.toString();
    for (const [, name, etag, size] of xml.matchAll(OBJECT))
      found.set(fromXml(name!), { etag: fromXml(etag!), sizeBytes: Number(size) });
    marker = fromXml(/<NextMarker>(.*?)<\/NextMarker>/s.exec(xml)?.[1] ?? '');
    if (!marker) return found;
  }
}

const fromXml = (xml: string): string => xml.replace(/&(\w+);/g, (whole, name) => ENTITIES[name] ?? whole);
