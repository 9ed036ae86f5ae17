import type { Fix } from '@mooring/contract';
import { MooringApiError, MooringUnreachableError } from '@mooring/sdk';
import { CircleAlert, RotateCw } from 'lucide-react';
import { CopyButton } from '@/components/copy.tsx';
import { fixAsText, WhatToDo } from '@/components/fix.tsx';
import { Sentence } from '@/components/sentence.tsx';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { SignRefused } from '@/delivery/signed-urls.ts';

export interface ShownProblem {
  title: string;
  detail: string;
  fix: string;
  remedy?: Fix | null | undefined;
  code: string | null;
  requestId: string | null;
}

/** What any error says to the person in front of it: what was seen, and the next step. */
export function toProblem(error: unknown): ShownProblem {
  if (error instanceof MooringApiError) return error.problem;
  if (error instanceof SignRefused) return error.problem;
  if (error instanceof MooringUnreachableError) {
    return {
      title: 'The server does not answer',
      detail: error.message,
      fix: error.fix,
      code: 'unreachable',
      requestId: null,
    };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return {
    title: 'This page failed',
    detail: `The page stopped because of an error in itself: ${message || name}`,
    fix: 'Load the page again. If it happens again, report it with the text that “Copy” gives.',
    code: name,
    requestId: null,
  };
}

const asText = (problem: ShownProblem): string =>
  [
    problem.title,
    problem.detail,
    problem.remedy ? fixAsText(problem.remedy) : problem.fix,
    [problem.code, problem.requestId && `request ${problem.requestId}`].filter(Boolean).join(' · '),
    location.pathname,
  ].join('\n');

/** A problem with its fix; the code and the request's id stand small below. */
export function ProblemView({
  error,
  onRetry,
  className,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
  className?: string;
}) {
  const problem = toProblem(error);
  return (
    <div role="alert" className={cn('flex gap-3 rounded-lg bg-bad-soft p-4', className)}>
      <CircleAlert aria-hidden className="mt-0.5 size-4.5 shrink-0 text-bad" />
      <div className="grid min-w-0 flex-1 gap-1.5">
        <p className="font-semibold text-bad">{problem.title}</p>
        <p className="break-words">
          <Sentence text={problem.detail} />
        </p>
        <WhatToDo fix={problem.fix} remedy={problem.remedy} />
        <div className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          {onRetry && (
            <Button size="sm" onClick={onRetry}>
              <RotateCw aria-hidden />
              Try again
            </Button>
          )}
          <CopyButton text={asText(problem)} what="problem">
            {problem.remedy ? 'Copy all' : 'Copy'}
          </CopyButton>
          <span className="font-mono text-xs break-all text-muted">
            {problem.code}
            {problem.requestId && ` · request ${problem.requestId}`}
          </span>
        </div>
      </div>
    </div>
  );
}
