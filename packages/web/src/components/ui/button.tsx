import { Button as BaseButton } from '@base-ui/react/button';
import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

export const buttonStyle = cva(
  [
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none',
    'transition-colors duration-100 disabled:opacity-55 data-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0',
  ],
  {
    variants: {
      variant: {
        primary: 'bg-accent text-on-accent hover:not-disabled:bg-accent-strong',
        secondary: 'border border-edge/60 bg-raised text-ink hover:not-disabled:bg-hover',
        ghost: 'text-ink hover:not-disabled:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent',
        danger: 'bg-danger text-white hover:not-disabled:brightness-92',
      },
      size: {
        md: 'h-8 px-3 text-sm max-sm:h-10 max-sm:px-4',
        sm: 'h-7 px-2 text-xs max-sm:h-9 max-sm:px-3',
        icon: 'size-8 max-sm:size-10',
        'icon-sm': 'size-7 max-sm:size-9',
      },
    },
    defaultVariants: { variant: 'secondary', size: 'md' },
  },
);
export type ButtonStyle = VariantProps<typeof buttonStyle>;

export function Button({
  className,
  variant,
  size,
  ...props
}: Omit<ComponentProps<typeof BaseButton>, 'className'> & ButtonStyle & { className?: string | undefined }) {
  return <BaseButton className={cn(buttonStyle({ variant, size }), className)} {...props} />;
}
