import type { Fix } from '@mooring/contract';
import { jmes, sh } from '@mooring/storage';
import type { S3Location } from '../schemas.ts';
import { endpointOption, shellBlock } from './shell.ts';

/** The id by which the rule is found again. */
export const RULE_ID = 'mooring';

/** The rule that lets pages of these origins load objects. */
export const corsRuleFor = (origins: readonly string[]) => ({
  ID: RULE_ID,
  AllowedOrigins: [...origins],
  AllowedMethods: ['GET', 'HEAD'],
  AllowedHeaders: ['range', 'if-match', 'if-none-match'],
  ExposeHeaders: ['Content-Range', 'Accept-Ranges', 'Content-Encoding', 'ETag'],
  MaxAgeSeconds: 3600,
});

type Place = Pick<S3Location, 'container' | 'endpoint'>;

/**
 * Puts our rule before the others: the first that matches applies. `put-bucket-cors` replaces all rules, so the others
 * are read and written back. A bucket without any rule answers NoSuchCORSConfiguration.
 */
export function mergeCorsLines({ container, endpoint }: Place, origins: readonly string[]): string[] {
  const rule = corsRuleFor(origins);
  const bucket = `--bucket ${sh(container)}${endpointOption(endpoint)}`;
  const query = `{CORSRules: [[${jmes(rule)}], CORSRules[?ID!=${jmes(RULE_ID)}]][]}`;
  return [
    `if FOUND=$(aws s3api get-bucket-cors ${bucket} --output json 2>&1 >/dev/null); then`,
    `  RULES=$(aws s3api get-bucket-cors ${bucket} --output json --query ${sh(query)})`,
    'else',
    '  case "$FOUND" in',
    `    *NoSuchCORSConfiguration*) RULES=${sh(JSON.stringify({ CORSRules: [rule] }))} ;;`,
    '    *) printf \'%s\\n\' "$FOUND" >&2; exit 1 ;;',
    '  esac',
    'fi',
    `aws s3api put-bucket-cors ${bucket} --cors-configuration "$RULES"`,
  ];
}

/** Takes our rule out again. Where it was the only one, nothing is left to put. */
export function removeCorsLines({ container, endpoint }: Place): string[] {
  const bucket = `--bucket ${sh(container)}${endpointOption(endpoint)}`;
  const others = `{CORSRules: CORSRules[?ID!=${jmes(RULE_ID)}]}`;
  return [
    `RULES=$(aws s3api get-bucket-cors ${bucket} --output json --query ${sh(others)})`,
    `if [ "$(aws s3api get-bucket-cors ${bucket} --output text --query ${sh(`length(CORSRules[?ID!=${jmes(RULE_ID)}])`)})" = 0 ]; then`,
    `  aws s3api delete-bucket-cors ${bucket}`,
    'else',
    `  aws s3api put-bucket-cors ${bucket} --cors-configuration "$RULES"`,
    'fi',
  ];
}

/** What lets pages of these origins load from the bucket, to copy. */
export const corsSnippets = (location: Place, origins: readonly string[]): Fix['snippets'] => [
  {
    title: 'Allow the pages, and keep the other rules',
    format: 'AWS CLI',
    language: 'sh',
    text: shellBlock(mergeCorsLines(location, origins)),
  },
  {
    title: 'The rule, for the console: bucket, Permissions, CORS',
    language: 'json',
    text: JSON.stringify([corsRuleFor(origins)], null, 2),
  },
];
