import { expect, test } from 'vitest';
import { type Player, swapSource } from './swap-source.ts';

/** A player as far as it matters: setting `src` takes it back to the start, as browsers do. */
class FakePlayer extends EventTarget {
  currentTime = 0;
  paused = true;
  ended = false;
  playbackRate = 1;
  duration = 60;
  error: MediaError | null = null;
  loaded: string[] = [];
  bufferedTo = 10;
  get buffered() {
    return { length: 1, start: () => 0, end: () => this.bufferedTo } as unknown as TimeRanges;
  }
  get src() {
    return this.loaded.at(-1) ?? '';
  }
  set src(url: string) {
    this.loaded.push(url);
    this.currentTime = 0;
    this.paused = true;
    this.playbackRate = 1;
  }
  async play() {
    this.paused = false;
  }
}
const playerAt = (state: Partial<FakePlayer>) => Object.assign(new FakePlayer(), { src: 'old' }, state);
const swap = (player: FakePlayer, url = 'new') => {
  swapSource(player as unknown as Player, url);
  player.dispatchEvent(new Event('loadedmetadata'));
};

test('goes on where it was, playing as fast as before', () => {
  const player = playerAt({ currentTime: 42, paused: false, playbackRate: 1.5 });
  swap(player);
  expect(player).toMatchObject({ src: 'new', currentTime: 42, paused: false, playbackRate: 1.5 });
});

test('one that is paused stays paused, at its place', () => {
  const player = playerAt({ currentTime: 42 });
  swap(player);
  expect(player).toMatchObject({ src: 'new', currentTime: 42, paused: true });
});

test('the same URL, or media that is all there, is left alone', () => {
  const same = playerAt({ currentTime: 42 });
  swap(same, 'old');
  const complete = playerAt({ currentTime: 42, bufferedTo: 60 });
  swap(complete);
  expect([same.loaded, complete.loaded]).toEqual([['old'], ['old']]);
});

test('one that failed loads again, also from the same URL', () => {
  const player = playerAt({ currentTime: 42, error: { code: 2 } as MediaError });
  swap(player, 'old');
  expect(player).toMatchObject({ loaded: ['old', 'old'], currentTime: 42 });
});

test('a second swap while the first still loads does not lose the place', () => {
  const player = playerAt({ currentTime: 42, paused: false });
  swapSource(player as unknown as Player, 'new');
  swap(player, 'newer');
  expect(player).toMatchObject({ loaded: ['old', 'new', 'newer'], currentTime: 42, paused: false });
});

test('later loads are not taken back to an old place', () => {
  const player = playerAt({ currentTime: 42 });
  swap(player);
  player.currentTime = 7;
  player.dispatchEvent(new Event('loadedmetadata'));
  expect(player.currentTime).toBe(7);
});
