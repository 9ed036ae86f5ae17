import { z } from 'zod';

/** How to mend something: why it matters, what to do, and what to copy. */
export const fix = z
  .object({
    why: z.string(),
    steps: z.array(z.string()),
    setting: z.enum(['location', 'credential']).optional().meta({
      description: 'What of the connection to correct, where that is known',
    }),
    snippets: z.array(
      z.object({
        title: z.string(),
        format: z.string().optional().meta({
          description:
            'The tool that it is for. Snippets with one title do the same with other tools: one of them is enough',
        }),
        language: z.string(),
        text: z.string(),
      }),
    ),
  })
  .meta({ id: 'Fix' });
export type Fix = z.infer<typeof fix>;

/** The title of a snippet by itself, where it does not stand beside the same for other tools. */
export const snippetTitle = ({ format, title }: Fix['snippets'][number]): string =>
  format === undefined ? title : `${format}: ${title}`;

/** The fixes among these, each once: most items fail for one cause. */
export function differentFixes(items: readonly { remedy: Fix | null }[]): Fix[] {
  const fixes = items.flatMap(({ remedy }) => remedy ?? []);
  return [...new Map(fixes.map(fix => [JSON.stringify(fix), fix])).values()];
}
