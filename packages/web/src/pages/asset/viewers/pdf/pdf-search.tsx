import { ChevronDown, ChevronUp } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Input } from '@/components/ui/input.tsx';
import { formatCount } from '@/format/numbers.ts';
import { Tool } from '../viewer-bar.tsx';
import type { OpenPdf, PdfMatches } from './open-pdf.ts';

/** Search in the text of all pages. Ctrl+F leads here, as pages that are out of view are not part of the browser's own search. */
export function PdfSearch({ find, matches }: { find: OpenPdf['find']; matches: PdfMatches | null }) {
  const field = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'f' ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      field.current?.select();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <search className="flex items-center gap-1 sm:ml-auto">
      <Input
        ref={field}
        type="search"
        aria-label="Search in the PDF"
        placeholder="Search"
        className="w-36"
        value={words}
        onChange={({ target }) => {
          setWords(target.value);
          find(target.value, 'first');
        }}
        onKeyDown={({ key, shiftKey }) => key === 'Enter' && find(words, shiftKey ? 'previous' : 'next')}
      />
      <span role="status" className="min-w-14 text-center text-muted">
        {words && matches && `${formatCount(matches.current)} of ${formatCount(matches.total)}`}
      </span>
      <Tool
        label="Previous match"
        icon={ChevronUp}
        disabled={!words}
        onClick={() => find(words, 'previous')}
      />
      <Tool label="Next match" icon={ChevronDown} disabled={!words} onClick={() => find(words, 'next')} />
    </search>
  );
}
