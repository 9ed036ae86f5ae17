import { Time } from './time.tsx';

const MOMENT = /(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)/;

/** A text with the moments in it as times, which say how far off they are. */
export const TimedText = ({ text }: { text: string }) =>
  text.split(MOMENT).map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text do not move
      <Time key={i} at={part} />
    ),
  );
