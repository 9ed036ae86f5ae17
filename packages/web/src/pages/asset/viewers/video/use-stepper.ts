import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { type FrameTimes, frameAt, middleOf } from './frame-times.ts';
import type { Frames } from './open-frames.ts';

/** A player rounds the time that it seeks to. */
const SEEK_ROUNDING_SECONDS = 0.001;

/**
 * Steps through a video frame by frame. A step pauses the player and draws the frame on a canvas over it. As soon as the
 * player plays or goes elsewhere, the canvas is left, and `frame` follows the player.
 */
export function useStepper(
  player: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  frames: Frames | null,
) {
  const [frame, setFrame] = useState(0);
  const [isDrawn, setIsDrawn] = useState(false);
  const [error, setError] = useState<unknown>(null);
  /** The frame that was stepped to; null while the player leads. */
  const target = useRef<number | null>(null);
  const isDecoding = useRef(false);

  useEffect(() => {
    const video = player.current;
    if (!video || !frames) return;
    return followPlayer(video, frames.times, target, setFrame, () => {
      target.current = null;
      setIsDrawn(false);
    });
  }, [player, frames]);

  const show = useCallback(
    async (wanted: number) => {
      const video = player.current;
      if (!video || !frames || Number.isNaN(wanted)) return;
      const { times, frame: decode } = frames;
      const index = Math.min(Math.max(Math.round(wanted), 0), times.length - 1);
      video.pause();
      target.current = index;
      setFrame(index);
      video.currentTime = middleOf(times, index);
      if (!decode || isDecoding.current) return;
      isDecoding.current = true;
      try {
        // A key that is held down steps faster than some videos decode: then it goes on at the latest frame.
        for (let drawn = -1; target.current !== null && target.current !== drawn; ) {
          drawn = target.current;
          const picture = await decode(drawn);
          if (target.current === null || !canvas.current) break;
          draw(picture, canvas.current);
          setIsDrawn(true);
        }
        setError(null);
      } catch (error) {
        setError(error);
      } finally {
        isDecoding.current = false;
      }
    },
    [player, canvas, frames],
  );
  const step = useCallback((by: number) => void show((target.current ?? frame) + by), [show, frame]);
  return { frame, isDrawn, error, show, step };
}

function followPlayer(
  video: HTMLVideoElement,
  times: FrameTimes,
  target: RefObject<number | null>,
  onFrame: (frame: number) => void,
  onLeft: () => void,
): () => void {
  const shown = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (target.current === null) onFrame(frameAt(times, mediaTime));
    request = video.requestVideoFrameCallback(shown);
  };
  let request = video.requestVideoFrameCallback(shown);
  const sought = () => {
    const own = target.current === null ? null : middleOf(times, target.current);
    if (own === null || Math.abs(video.currentTime - own) > SEEK_ROUNDING_SECONDS) onLeft();
  };
  video.addEventListener('play', onLeft);
  video.addEventListener('seeking', sought);
  return () => {
    video.cancelVideoFrameCallback(request);
    video.removeEventListener('play', onLeft);
    video.removeEventListener('seeking', sought);
  };
}

function draw(picture: HTMLCanvasElement | OffscreenCanvas, canvas: HTMLCanvasElement): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext('2d')!.drawImage(picture, 0, 0);
}
