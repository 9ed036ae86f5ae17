/** The part of `<video>` and `<audio>` that is needed here. */
export type Player = Pick<
  HTMLMediaElement,
  'src' | 'currentTime' | 'paused' | 'ended' | 'playbackRate' | 'duration' | 'buffered' | 'error' | 'play'
> &
  Pick<EventTarget, 'addEventListener'>;

interface Place {
  currentTime: number;
  playbackRate: number;
  wasPlaying: boolean;
}
/** Where players that are loading go on; until then they themselves stand at the beginning. */
const places = new WeakMap<Player, Place>();

/**
 * Gives a player another URL of the same media and lets it go on where it was. One that holds all of the
 * media already is left alone.
 */
export function swapSource(player: Player, url: string): void {
  if (player.src === '') {
    player.src = url; // the first: there is no place to go back to
    return;
  }
  if (player.error === null && (player.src === url || isComplete(player))) return;
  const { currentTime, playbackRate, paused, ended } = player;
  const isLoading = places.has(player);
  if (!isLoading) places.set(player, { currentTime, playbackRate, wasPlaying: !paused && !ended });
  player.src = url;
  if (!isLoading) player.addEventListener('loadedmetadata', () => resume(player), { once: true });
}

function resume(player: Player): void {
  const { currentTime, playbackRate, wasPlaying } = places.get(player)!;
  places.delete(player);
  if (currentTime > 0) player.currentTime = currentTime;
  player.playbackRate = playbackRate;
  // Browsers may refuse to play without a fresh click; then it stands paused at the right place.
  if (wasPlaying) void player.play().catch(() => undefined);
}

function isComplete({ buffered, duration }: Player): boolean {
  if (buffered.length !== 1 || !Number.isFinite(duration)) return false;
  return buffered.start(0) <= 0.1 && buffered.end(0) >= duration - 0.1;
}
