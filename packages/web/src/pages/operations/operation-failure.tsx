import type { Operation } from '@mooring/contract';
import { CopyButton } from '@/components/copy.tsx';
import { fixAsText, WhatToDo } from '@/components/fix.tsx';
import { Sentence } from '@/components/sentence.tsx';
import { nameOf } from './words.ts';

/** Why an operation failed, or waits to be tried again, and what to do about it. */
export function OperationFailure({ operation }: { operation: Operation }) {
  const { status, problem } = operation;
  if (!problem) return null;
  const { code, detail, fix, remedy } = problem;
  return (
    <div role="alert" className="grid min-w-0 gap-1.5 rounded-lg bg-bad-soft p-4">
      <p className="font-semibold text-bad">
        {nameOf(operation)} {status === 'failed' ? 'failed' : 'failed, and is tried again'}
      </p>
      <p className="break-words">
        <Sentence text={detail} />
      </p>
      <WhatToDo fix={fix} remedy={remedy} />
      <div className="mt-1 flex items-center gap-3">
        <CopyButton text={[detail, remedy ? fixAsText(remedy) : fix, code].join('\n')} what="problem">
          {remedy ? 'Copy all' : 'Copy'}
        </CopyButton>
        <span className="font-mono text-xs text-muted">{code}</span>
      </div>
    </div>
  );
}
