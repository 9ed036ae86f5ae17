import { z } from 'zod';

/** How to mend something: why it matters, what to do, and what to copy. */
export const fix = z
  .object({
    why: z.string(),
    steps: z.array(z.string()),
    snippets: z.array(z.object({ title: z.string(), language: z.string(), text: z.string() })),
  })
  .meta({ id: 'Fix' });
export type Fix = z.infer<typeof fix>;
