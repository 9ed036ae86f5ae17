import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const control = [
  'w-full rounded-md border border-edge bg-raised text-ink placeholder:text-muted/80',
  'text-base max-sm:text-[16px] disabled:opacity-60 aria-invalid:border-bad',
  'focus-visible:border-accent focus-visible:outline-offset-0',
];

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return (
    <input
      autoCapitalize="none"
      autoComplete="off"
      autoCorrect="off"
      spellCheck={false}
      className={cn(control, 'h-9 px-2.5 max-sm:h-11', className)}
      {...props}
    />
  );
}

export function Select({ className, ...props }: ComponentProps<'select'>) {
  return <select className={cn(control, 'h-9 px-2 max-sm:h-11', className)} {...props} />;
}
