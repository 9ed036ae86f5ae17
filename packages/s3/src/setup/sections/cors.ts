import { shown } from '@mooring/storage';
import { corsRuleFor, mergeCorsLines } from '../cors.ts';
import { json } from '../quote.ts';
import type { SetupSection, SetupSettings } from '../schema.ts';
import { shellBlock } from '../shell.ts';
import { inShell, textsOf } from '../texts.ts';

/** Lets pages of Mooring load from the bucket. Neither template can add one rule to others, so both use the shell. */
export function corsSection({ location, origins }: SetupSettings): SetupSection | null {
  if (origins.length === 0) return null;
  const commands = shellBlock(mergeCorsLines(location, origins));
  return {
    id: 'cors',
    title: 'Let pages load from the bucket',
    why: `Browsers load objects straight from the storage, and first ask it whether pages of ${origins.map(origin => `\`${shown(origin)}\``).join(', ')} may. The rules that the bucket has stay as they are. MinIO has no rules for a bucket: there set MINIO_API_CORS_ALLOW_ORIGIN.`,
    texts: textsOf({
      aws: commands,
      cloudformation: inShell(commands),
      terraform: inShell(commands),
      console: [
        `Open the bucket \`${shown(location.container)}\`, “Permissions”, “Cross-origin resource sharing (CORS)”, “Edit”.`,
        `Put this before the other rules in the list, and keep them: \`${shown(json(corsRuleFor(origins)))}\``,
      ],
    }),
  };
}
