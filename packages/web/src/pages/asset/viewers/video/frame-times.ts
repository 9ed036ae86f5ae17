/**
 * When each frame of a video begins, in seconds, in order. The rate may vary: only the times tell frames apart.
 * Frames are counted from 0, as annotation tools count them.
 */
export type FrameTimes = Float64Array;

/** Containers and players round times, each in its own way. */
const ROUNDING_SECONDS = 0.0005;

/** The frame that is shown at a time; the first one also before it begins. */
export function frameAt(times: FrameTimes, seconds: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (times[middle]! <= seconds + ROUNDING_SECONDS) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A time at which a player surely shows this frame and not its neighbour. */
export function middleOf(times: FrameTimes, frame: number): number {
  const begin = times[frame]!;
  const end = times[frame + 1] ?? begin + (begin - (times[frame - 1] ?? begin));
  return (begin + end) / 2;
}

/** `1:02:03.456`: frames of a video are closer together than its seconds. */
export function formatSeconds(seconds: number): string {
  const whole = Math.floor(seconds + ROUNDING_SECONDS);
  const millis = Math.max(0, Math.round((seconds - whole) * 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const clock = `${two(whole % 60)}.${String(millis).padStart(3, '0')}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${clock}` : `${minutes}:${clock}`;
}
