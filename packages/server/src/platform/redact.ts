import type { Fix } from '@mooring/contract';

const HIDDEN = '[redacted]';
const MAX_CHARS = 65_536;

/** Names whose value is a secret, as a field, a header or a parameter; compared without `-`, `_` and case. */
const SECRET_NAME =
  /^(?:sig|(?:delivery)?sastoken|(?:oidc)?client(?:secret|assertion)|certificatepem|privatekey|(?:access|refresh|id)token|accountkey|sharedaccess(?:key|signature)|secret|secretkey|mooringsecretkey|password|(?:proxy)?authorization|(?:set)?cookie|(?:host)?mooringsession|credentialsealed|connectionstring|x(?:amz|goog).*)$/;
const isSecretName = (name: string): boolean =>
  name.length <= 64 && SECRET_NAME.test(name.replace(/[-_]/g, '').toLowerCase());

// In text. `\\*` before a quote: JSON inside JSON. `%3D`: a URL inside a URL.
const NAME_IN_TEXT = String.raw`(?:(?<![A-Za-z0-9])|(?<=%26|%3F))(sig|(?:delivery[_-]?)?sas[_-]?token|client[_-]?(?:secret|assertion)|certificate[_-]?pem|(?:access|refresh|id)[_-]?token|account[_-]?key|shared[_-]?access[_-]?key|secret[_-]?key|password|mooring_session|x-(?:amz|goog)-[\w-]{1,40})`;
const IS = String.raw`(\\*["']?\s*(?:=|:|%3D|%3A)\s*)`;
const VALUE = String.raw`(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\\+"[^"]*"|[^\s&"'\\,;<>)}\]]+)`;

const PATTERNS: [RegExp, string][] = [
  // A private key in PEM, with line breaks in any notation, or cut short.
  [
    /-----BEGIN(?:[ +]|%20)(?:[A-Z]+(?:[ +]|%20))*PRIVATE(?:[ +]|%20)KEY-----[\s\S]*?(?:-----END[A-Z +%20]*-----|$)/g,
    HIDDEN,
  ],
  [new RegExp(NAME_IN_TEXT + IS + VALUE, 'gi'), `$1$2${HIDDEN}`],
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)(\\*["']?\s*[:=]\s*\\*["']?)[^"'\r\n\\]+/gi, `$1$2${HIDDEN}`],
  [/\b(Bearer|SharedKey|Basic)(?:\s|%20)+[\w.~+/=:-]{8,}/g, `$1 ${HIDDEN}`],
  [/((?:[#?&]|%23|%3F|%26)code(?:=|%3D))[\w-]{20,}/gi, `$1${HIDDEN}`], // of a sign-in link
  [/((?:\/|%2F)relay(?:\/|%2F))[\w.~%-]+/gi, `$1${HIDDEN}`],
  [/mr([gls])_[\w-]{4,}/g, `mr$1_${HIDDEN}`],
  [/whsec_[\w+/=-]{4,}/g, `whsec_${HIDDEN}`],
  [/(?:(?<![\w-])|(?<=%[\dA-F]{2}))eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)*/g, HIDDEN], // a JSON web token
  [/(?:(?<![\w~.-])|(?<=%[\dA-F]{2}))[\w~.-]{3}\dQ~[\w~.-]{31,34}/g, HIDDEN], // a client secret of Microsoft Entra ID
  // Keys of 32 and 64 bytes in Base64: signatures, delegation keys, account keys.
  [/(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)(?!=)/g, HIDDEN],
  [/\b(postgres(?:ql)?:\/\/[^:@/\s"]{0,200}:)[^\s"]{0,400}@/g, `$1${HIDDEN}@`],
];

/**
 * The text without secrets: signatures, tokens, keys, passwords, sign-in codes, addresses of the relay. Of a
 * text longer than 65,536 characters only the beginning is kept, so that the cost is bounded.
 */
export function redact(text: string): string {
  const kept = text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text;
  const clean = PATTERNS.reduce((result, [pattern, hidden]) => result.replace(pattern, hidden), kept);
  return kept === text ? clean : `${clean}… (${text.length - MAX_CHARS} more characters)`;
}

/** A text to keep: without secrets, and without what PostgreSQL cannot hold. */
export const keptText = (text: string): string => redact(text).toWellFormed().replaceAll('\0', '');

/** The same of a fix. */
export const keptFix = ({ why, steps, snippets, setting }: Fix): Fix => ({
  why: keptText(why),
  steps: steps.map(keptText),
  snippets: snippets.map(snippet => ({ ...snippet, text: keptText(snippet.text) })),
  ...(setting && { setting }),
});

/** A line of JSON without secrets, whether they show by their form or by the name of the field they are in. */
export function redactJson(line: string): string {
  return JSON.stringify(
    JSON.parse(line, (name, value: unknown) => {
      if (value !== null && value !== '' && isSecretName(name)) return HIDDEN;
      if (typeof value === 'string')
        return name === 'code' && /^[\w-]{43}$/.test(value) ? HIDDEN : redact(value);
      if (Array.isArray(value)) return hideAfterNames(value);
      return typeof value === 'object' && value !== null ? redactNames(value) : value;
    }),
  );
}

/** Raw headers come as `[name, value, name, value]`. */
const hideAfterNames = (values: unknown[]): unknown[] =>
  values.map((value, i) => {
    const before = values[i - 1];
    return typeof before === 'string' && isSecretName(before) ? HIDDEN : value;
  });

/** A map by URL has secrets for names. */
function redactNames(value: object): object {
  const clean = Object.entries(value).map(([name, field]) => [redact(name), field] as const);
  return clean.every(([name]) => Object.hasOwn(value, name)) ? value : Object.fromEntries(clean);
}
