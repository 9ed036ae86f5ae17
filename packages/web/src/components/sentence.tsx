/** A sentence of the server's, in which backticks stand around what is code. */
export const Sentence = ({ text }: { text: string }) =>
  text.split('`').map((part, i) =>
    i % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text do not move
      <code key={i} className="rounded-sm bg-sunken px-1 font-mono text-[0.93em]">
        {part}
      </code>
    ),
  );
