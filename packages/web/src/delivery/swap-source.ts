/** The part of `<video>` and `<audio>` that is needed here. */
export type Player = Pick<
  HTMLMediaElement,
  'src' | 'currentTime' | 'paused' | 'ended' | 'playbackRate' | 'duration' | 'buffered' | 'error' | 'play'
> &
  Pick<EventTarget, 'addEventListener'>;

/**
 * Gives a player another URL of the same media and lets it go on where it was. One that holds all of the
 * media already is left alone.
 */
export function swapSource(player: Player, url: string): void {
  if (player.error === null && (player.src === url || (player.src !== '' && isComplete(player)))) return;
  const { currentTime, playbackRate } = player;
  const wasPlaying = !player.paused && !player.ended;
  player.src = url;
  if (currentTime === 0 && !wasPlaying) return;
  const resume = () => {
    player.currentTime = currentTime;
    player.playbackRate = playbackRate;
    // Browsers may refuse to play without a fresh click; then it stands paused at the right place.
    if (wasPlaying) void player.play().catch(() => undefined);
  };
  player.addEventListener('loadedmetadata', resume, { once: true });
}

function isComplete({ buffered, duration }: Player): boolean {
  if (buffered.length !== 1 || !Number.isFinite(duration)) return false;
  return buffered.start(0) <= 0.1 && buffered.end(0) >= duration - 0.1;
}
