// Conditions of role assignments, version 2.0: https://learn.microsoft.com/azure/role-based-access-control/conditions-format

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const BLOBS = `${CONTAINERS}/blobs`;
export const CONDITION_VERSION = '2.0';

/** What writes, of the actions that Storage Blob Data Contributor has. */
export const WRITE_ACTIONS = [`${BLOBS}/write`, `${BLOBS}/add/action`, `${BLOBS}/delete`];
const CONTRIBUTOR_ACTIONS = [`${BLOBS}/read`, ...WRITE_ACTIONS, `${BLOBS}/move/action`];

/** Lets read what begins with one of `prefixes` in one container, and list it when such a prefix is asked for. */
export function readCondition(container: string, prefixes: readonly string[]): string {
  const inContainer = `@Resource[${CONTAINERS}:name] ${equals(container)}`;
  if (prefixes.length === 0) return `((!(ActionMatches{'${BLOBS}/read'})) OR (${inContainer}))`;
  const begins = (attribute: string) => {
    const any = prefixes.map(prefix => `${attribute} ${startsWith(prefix)}`);
    return any.length === 1 ? any[0] : `(${any.join(' OR ')})`;
  };
  const reading = `!(ActionMatches{'${BLOBS}/read'} AND NOT SubOperationMatches{'Blob.List'})`;
  const listing = `!(ActionMatches{'${BLOBS}/read'} AND SubOperationMatches{'Blob.List'})`;
  return [
    `((${reading}) OR (${inContainer} AND ${begins(`@Resource[${BLOBS}:path]`)}))`,
    `((${listing}) OR (${inContainer} AND ${begins(`@Request[${BLOBS}:prefix]`)}))`,
  ].join(' AND ');
}

/** Lets none of `actions` reach what does not begin with `prefix`. */
function pathCondition(actions: readonly string[], container: string, prefix: string): string {
  const others = actions.map(action => `!(ActionMatches{'${action}'})`).join(' AND ');
  return `((${others}) OR (@Resource[${CONTAINERS}:name] ${equals(container)} AND @Resource[${BLOBS}:path] ${startsWith(prefix)}))`;
}

/** For Storage Blob Data Contributor: everything that it may do with blobs, below `prefix` alone. */
export const contributeCondition = (container: string, prefix: string): string =>
  pathCondition(CONTRIBUTOR_ACTIONS, container, prefix);

/** For a role that also writes: lets it write below `prefix` alone. */
export const writeCondition = (container: string, prefix: string): string =>
  pathCondition(WRITE_ACTIONS, container, prefix);

const equals = (text: string): string => compare(text, 'StringEquals', '');
const startsWith = (text: string): string => compare(text, 'StringStartsWith', '*');

/**
 * Azure does not say how a literal holds a quote or a backslash. So a text with one is matched by a pattern, in
 * which `?` stands for that one character: it never ends the literal, and matches hardly anything else.
 */
function compare(text: string, operator: string, rest: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they cannot be typed into a condition
  if (!/['\\\u0000-\u001f\u007f]/.test(text)) return `${operator} '${text}'`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  const pattern = text.replace(/[*?]|['\\\u0000-\u001f\u007f]/g, char =>
    /[*?]/.test(char) ? `\\${char}` : '?',
  );
  return `StringLike '${pattern}${rest}'`;
}
