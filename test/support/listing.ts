import type { Storage } from '@mooring/emulators';
import type { PlainClient } from './plain-client.ts';

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

/** Keys and ETags of everything in the container, as Azurite itself lists it, past the front and its faults. */
export async function listContainer(storage: Storage, plain: PlainClient): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const container = `${storage.azurite.origin}/${storage.account.name}/${storage.container}`;
  for (let marker = ''; ; ) {
    const query = `restype=container&comp=list&marker=${encodeURIComponent(marker)}`;
    const answer = await plain.get(`${container}?${query}&${storage.sas()}`);
    if (answer.status !== 200) throw new Error(`Azurite answered ${answer.status}: ${answer.body}`);
    const xml = answer.body.toString();
    for (const [, name, etag] of xml.matchAll(/<Name>(.*?)<\/Name>.*?<Etag>(.*?)<\/Etag>/gs))
      found.set(fromXml(name!), fromXml(etag!));
    marker = fromXml(/<NextMarker>(.*?)<\/NextMarker>/s.exec(xml)?.[1] ?? '');
    if (!marker) return found;
  }
}

const fromXml = (xml: string): string => xml.replace(/&(\w+);/g, (whole, name) => ENTITIES[name] ?? whole);
