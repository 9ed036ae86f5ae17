import { ChevronLeft, ChevronRight, Pause, Play, Repeat } from 'lucide-react';
import { useId, useState } from 'react';
import { Input } from '@/components/ui/input.tsx';
import { formatCount } from '@/format/numbers.ts';
import { Tool, ViewerBar } from '../viewer-bar.tsx';
import { formatSeconds } from './frame-times.ts';
import type { Frames } from './open-frames.ts';

interface VideoBarProps {
  isPlaying: boolean;
  isLooping: boolean;
  /** Null while they are counted, and where they cannot be. */
  frames: Frames | null;
  /** Why there are no frames, or why one is not shown. */
  problem: unknown;
  frame: number;
  onPlay: () => void;
  onLoop: () => void;
  onStep: (by: number) => void;
  onShow: (frame: number) => void;
}

/** Which frame is shown, and the way to others. */
export function VideoBar({ frames, problem, frame, ...video }: VideoBarProps) {
  const last = frames ? frames.times.length - 1 : 0;
  return (
    <ViewerBar>
      <Tool
        label={video.isPlaying ? 'Pause' : 'Play'}
        hotkey="Space"
        icon={video.isPlaying ? Pause : Play}
        onClick={video.onPlay}
      />
      <Tool label="Loop" hotkey="O" icon={Repeat} pressed={video.isLooping} onClick={video.onLoop} />
      {frames && (
        <>
          <Tool
            label="Previous frame"
            hotkey=","
            icon={ChevronLeft}
            disabled={frame <= 0}
            onClick={() => video.onStep(-1)}
          />
          <FrameField frame={frame} onGo={video.onShow} />
          <span className="text-muted" title="Frames are counted from 0, as annotation tools count them">
            of 0–{formatCount(last)}
          </span>
          <Tool
            label="Next frame"
            hotkey="."
            icon={ChevronRight}
            disabled={frame >= last}
            onClick={() => video.onStep(1)}
          />
          <output aria-label="Time" className="px-1 text-muted">
            {formatSeconds(frames.times[frame] ?? 0)}
          </output>
        </>
      )}
      {problem ? (
        <span role="status" className="px-1 text-muted">
          {frames ? 'This frame' : 'Single frames'} cannot be shown.{' '}
          {problem instanceof Error ? problem.message : String(problem)}
        </span>
      ) : (
        !frames && <span className="px-1 text-muted">Counting frames…</span>
      )}
    </ViewerBar>
  );
}

/** The number of the frame, to read and to enter. */
function FrameField({ frame, onGo }: { frame: number; onGo: (frame: number) => void }) {
  const id = useId();
  const [draft, setDraft] = useState<string | null>(null);
  const go = () => {
    if (draft !== null && /^\d+$/.test(draft.trim())) onGo(Number(draft));
    setDraft(null);
  };
  return (
    <span className="flex items-center gap-1.5">
      <label htmlFor={id}>Frame</label>
      <Input
        id={id}
        inputMode="numeric"
        className="h-8 w-20 px-1.5 text-right"
        value={draft ?? String(frame)}
        onFocus={({ target }) => target.select()}
        onChange={({ target }) => setDraft(target.value)}
        onKeyDown={({ key }) => key === 'Enter' && go()}
        onBlur={go}
      />
    </span>
  );
}
