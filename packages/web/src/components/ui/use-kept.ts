import { type ChangeEvent, type KeyboardEvent, useEffect, useState } from 'react';

/** What a field holds takes effect when it is left, or with Enter: not with each character. Give this to an `<Input>`. */
export function useKept(value: string, onKeep: (text: string) => void) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const keep = () => {
    if (text !== value) onKeep(text);
  };
  return {
    value: text,
    onChange: (event: ChangeEvent<HTMLInputElement>) => setText(event.target.value),
    onBlur: keep,
    onKeyDown: (event: KeyboardEvent) => event.key === 'Enter' && keep(),
  };
}
