import type { Asset } from '@mooring/contract';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type Keys, useKeys } from '@/app/keys.ts';
import { cn } from '@/components/ui/cn.ts';
import { MediumError } from '../../unshown.tsx';
import { usePlayer } from '../../use-player.ts';
import { useOpened } from '../use-opened.ts';
import { useStepper } from './use-stepper.ts';
import { VideoBar } from './video-bar.tsx';

/** A video in the browser's own player, and frame by frame. */
export default function VideoViewer({ asset }: { asset: Asset }) {
  const { player, props, error, retry } = usePlayer<HTMLVideoElement>(asset);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frames = useOpened(
    useCallback(
      async (signal: AbortSignal, fail: (error: unknown) => void) => {
        const { openFrames } = await import('./open-frames.ts');
        return openFrames(asset, signal, fail);
      },
      [asset],
    ),
  );
  const stepper = useStepper(player, canvas, frames.opened);
  const [isPlaying, setIsPlaying] = useState(false);
  const [isLooping, setIsLooping] = useState(false);

  const tools = useMemo(() => {
    const video = () => player.current;
    return {
      play: () => void (video()?.paused ? video()!.play() : video()?.pause()),
      skip: (seconds: number) => {
        const playing = video();
        if (playing) playing.currentTime += seconds;
      },
      loop: () => setIsLooping(was => !was),
    };
  }, [player]);
  const { step } = stepper;
  useKeys(
    useMemo<Keys>(
      () => [
        [' ', tools.play],
        ['k', tools.play],
        [',', () => step(-1)],
        ['.', () => step(1)],
        ['<', () => step(-10)],
        ['>', () => step(10)],
        ['j', () => tools.skip(-10)],
        ['l', () => tools.skip(10)],
        ['o', tools.loop],
      ],
      [tools, step],
    ),
  );

  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return (
    <div className="flex h-full flex-col">
      <div className="relative min-h-0 flex-1 bg-black">
        <video
          {...props}
          playsInline
          loop={isLooping}
          onPlay={() => setIsPlaying(true)}
          onPause={() => setIsPlaying(false)}
          className="absolute size-full object-contain"
        />
        <canvas
          ref={canvas}
          aria-label={`Frame ${stepper.frame}`}
          role="img"
          hidden={!stepper.isDrawn}
          onClick={tools.play}
          className={cn('absolute size-full bg-black object-contain', !stepper.isDrawn && 'hidden')}
        />
      </div>
      <VideoBar
        isPlaying={isPlaying}
        isLooping={isLooping}
        frames={frames.opened}
        problem={frames.error ?? stepper.error}
        frame={stepper.frame}
        onPlay={tools.play}
        onLoop={tools.loop}
        onStep={step}
        onShow={stepper.show}
      />
    </div>
  );
}
