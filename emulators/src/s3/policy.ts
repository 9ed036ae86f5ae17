/** A statement of a policy, as far as this emulator knows them. */
interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: { StringLike?: Record<string, string | string[]> };
}

/** What allows or denies. Undefined: everything is allowed. */
export type Policy = { Statement: Statement[] } | undefined;

/** What a request wants to do. */
export interface Wanted {
  action: string;
  resource: string;
  /** `s3:prefix` of a listing. */
  prefix?: string;
}

/** Whether a policy allows something: a denial wins. */
export function allows(policy: Policy, wanted: Wanted): boolean {
  if (policy === undefined) return true;
  const fits = policy.Statement.filter(statement => isFor(statement, wanted));
  return fits.some(({ Effect }) => Effect === 'Allow') && !fits.some(({ Effect }) => Effect === 'Deny');
}

function isFor({ Action, Resource, Condition }: Statement, { action, resource, prefix }: Wanted): boolean {
  const likes = Condition?.StringLike?.['s3:prefix'];
  return (
    [Action].flat().some(pattern => isLike(pattern, action)) &&
    [Resource].flat().some(pattern => isLike(pattern, resource)) &&
    (likes === undefined || [likes].flat().some(pattern => isLike(pattern, prefix ?? '')))
  );
}

/** `*` and `?` are wildcards, but for `${*}` and `${?}`. */
function isLike(pattern: string, text: string): boolean {
  const source = pattern.replace(/\$\{([*?$])\}|([*?])|[\\^$.|+(){}[\]]/g, (char, literal, wildcard) =>
    literal ? `\\${literal}` : wildcard ? (wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]') : `\\${char}`,
  );
  return new RegExp(`^${source}$`).test(text);
}
