import type { AssetFailure, KnownFacts, Profile } from '@mooring/contract';
import { nameOf } from './key.ts';

/** What rules can look at. */
export interface JudgedAsset {
  key: string;
  archiveState: string;
  tier: string | null;
  contentType: string | null;
  sizeBytes: number;
  media: { facts: KnownFacts | null } | null;
}

type Rule = Profile['rules'][number];

/** Why an asset fails these rules of a profile: what was seen, what is expected, and how to mend it. */
export function explainFailures(
  profile: Pick<Profile, 'name' | 'rules'>,
  asset: JudgedAsset,
  failedRules: readonly string[],
): AssetFailure[] {
  const rules = new Map(profile.rules.map(rule => [rule.id, rule]));
  return failedRules.flatMap(id => {
    const rule = rules.get(id); // a rule that is no longer in the profile is about to be judged away
    return rule ? [explain(profile.name, rule, asset)] : [];
  });
}

function explain(profileName: string, rule: Rule, asset: JudgedAsset): AssetFailure {
  const seen = { ...asset.media?.facts, ...asset }[rule.fact] ?? null;
  const found = seen === null ? 'is not known' : `is ${written(seen)}`;
  return {
    rule: rule.id,
    message: `The ${words(rule.fact)} ${found}; expected ${expectation(rule)}.`,
    fix: {
      why: `The profile ${profileName} asks for it.`,
      steps: rule.fix ? [rule.fix] : [],
      snippets: rule.commands.map(({ title, text }) => ({
        title,
        language: 'shell',
        text: fillIn(text, nameOf(asset.key)),
      })),
    },
  };
}

/** `pixelFormat` → `pixel format` */
const words = (fact: string): string => fact.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

const written = (value: unknown): string =>
  typeof value === 'string' ? JSON.stringify(value) : String(value);

function expectation({ oneOf, min, max }: Rule): string {
  const parts = [
    oneOf && (oneOf.length === 1 ? written(oneOf[0]) : `one of ${oneOf.map(written).join(', ')}`),
    min !== undefined && `at least ${min}`,
    max !== undefined && `at most ${max}`,
  ];
  return parts.filter(Boolean).join(' and ');
}

/** A command for one file: see `commands` of a rule in the contract. */
function fillIn(command: string, name: string): string {
  return command.replace(/\{file\}|\{as(?::(\.[a-z0-9]{1,10}))?\}/g, (place, extension: string | undefined) =>
    quoted(place === '{file}' ? name : anotherName(name, extension)),
  );
}

/** `a.mov` → `a.fixed.mov`; never the name itself. */
function anotherName(name: string, extension: string | undefined): string {
  const [, stem = '', own = ''] = /^(.+?)(\.[^.]*)?$/s.exec(name) ?? [];
  return `${stem}.fixed${extension ?? own}`;
}

/** One word for a POSIX shell, and no option, protocol or pattern for the program. */
const quoted = (name: string): string => `'${`./${name}`.replaceAll("'", `'\\''`)}'`;
