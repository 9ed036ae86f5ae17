import { type Profile, type ProfileRule, RULE_FACTS, type RuleFact } from '@mooring/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Trx } from './db.ts';
import { isProbed, trueKind } from './facts-sql.ts';

type Rules = Profile['rules'];
type Rule = Rules[number];

/** The facts that a listing says; the others are in `media`. */
const LISTED: Partial<Record<RuleFact, RawBuilder<unknown>>> = {
  archiveState: sql`a.archive_state`,
  tier: sql`a.tier`,
  contentType: sql`a.content_type`,
  sizeBytes: sql`a.size_bytes`,
};

/**
 * The ids of the rules that `assets a` fails, from what is stored; null where it fails none. A rule about media facts
 * says nothing of an asset that was not probed as it is now, or of which nothing could be learned.
 */
export function failedRules(rules: Rules): RawBuilder<string[] | null> {
  if (rules.length === 0) return sql`null::text[]`;
  const failed = rules.map(rule => sql`case when ${fails(rule)} then ${rule.id}::text end`);
  return sql`nullif(array_remove(array[${sql.join(failed)}]::text[], null), '{}')`;
}

function fails(rule: Rule): RawBuilder<boolean> {
  const value = LISTED[rule.fact] ?? sql`(a.media ->> ${sql.lit(rule.fact)})`;
  const conditions = [
    !LISTED[rule.fact] && sql`${isProbed} and a.media is not null`,
    rule.kinds && sql`${trueKind} = any(${rule.kinds}::text[])`,
    sql`coalesce(not (${meets(rule, value)}), ${rule.whenUnknown === 'fail'})`,
  ].filter(condition => typeof condition === 'object');
  return sql`(${sql.join(conditions, sql` and `)})`;
}

/** Null where the value is. */
function meets(
  { fact, oneOf, min, max }: Pick<ProfileRule, 'fact' | 'oneOf' | 'min' | 'max'>,
  value: RawBuilder<unknown>,
): RawBuilder<boolean> {
  const type = RULE_FACTS[fact];
  const number = sql`${value}::float8`;
  const conditions = [
    oneOf && type === 'text' && sql`${value} like any(${oneOf.map(text => patternOf(String(text)))}::text[])`,
    oneOf && type === 'number' && sql`${number} = any(${oneOf}::float8[])`,
    oneOf && type === 'boolean' && sql`${value}::bool = any(${oneOf}::bool[])`,
    min !== undefined && sql`${number} >= ${min}::float8`,
    max !== undefined && sql`${number} <= ${max}::float8`,
  ].filter(condition => typeof condition === 'object');
  return sql`${sql.join(conditions, sql` and `)}`;
}

const patternOf = (text: string): string => {
  const isPrefix = text.endsWith('*');
  return `${(isPrefix ? text.slice(0, -1) : text).replace(/[\\%_]/g, '\\$&')}${isPrefix ? '%' : ''}`;
};

/** Judges these assets of one source anew, by the rules of its profile, and writes what has changed. */
export async function judgeAssets(
  trx: Trx,
  source: { workspaceId: string; rules: Rules },
  assetIds: readonly string[],
): Promise<void> {
  const judged = failedRules(source.rules);
  await sql`
    update assets a set failed_rules = ${judged}
    where a.workspace_id = ${source.workspaceId} and a.id = any(${[...assetIds]}::text[])
      and a.failed_rules is distinct from ${judged}`.execute(trx);
}
