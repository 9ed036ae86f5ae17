// People paste secrets into any field. What a text holds is judged here, once, for every field. Each
// kind says what the secrets of its service look like; keys and tokens that no kind owns are recognised here.

/** A form that secrets have. */
export interface SecretForm {
  pattern: RegExp;
  /** A code of the contract, or one that the kind adds; default: `invalid_request`. */
  code?: string;
  /** What was seen, in a sentence that repeats nothing of it. */
  message: string;
  fix: string;
}

/** What the secrets of a service look like. */
export interface SecretRules {
  forms: readonly SecretForm[];
  /** What also stands in pieces of them, and around them: too doubtful to be kept in a browser. */
  doubtful: RegExp;
}

export interface SecretRefusal {
  code: string;
  message: string;
  fix: string;
}

/** Recognised with every kind. */
const COMMON: readonly SecretForm[] = [
  {
    pattern: /-----BEGIN /,
    message: 'This is a key or a certificate. It is not kept here.',
    fix: 'It belongs to the credential of the connection. Paste it into the field for the certificate.',
  },
  {
    pattern: /(^|\W)mr[gs]_[\w-]{43}/,
    message: 'This holds a token of Mooring. It is not kept here.',
    fix: 'Remove it. If anyone else may have seen it, revoke it.',
  },
];

/**
 * Refuses a text that holds a secret, in quotes, percent-encoded or in the midst of other text. For every field that is
 * not for that secret. Null where none is recognised by its form. Pure.
 * @param rules of the kinds that it could be a secret of
 */
export function secretRefusal(text: string, ...rules: readonly SecretRules[]): SecretRefusal | null {
  const forms = [...rules.flatMap(rule => rule.forms), ...COMMON];
  for (const read of readingsOf(text)) {
    const found = forms.find(({ pattern }) => pattern.test(read));
    if (found) return { code: found.code ?? 'invalid_request', message: found.message, fix: found.fix };
  }
  return null;
}

/**
 * Whether a text that is not sent yet may be kept, such as in a browser. Stricter than `secretRefusal`: what only
 * looks like a piece of a secret, long and random, is not kept either. Pure.
 */
export const mayBeKept = (text: string, ...rules: readonly SecretRules[]): boolean =>
  secretRefusal(text, ...rules) === null &&
  readingsOf(text).every(read => !rules.some(({ doubtful }) => doubtful.test(read)) && !isRandom(read));

/** A long run in which capitals, small letters and digits change places all the time, as in keys and signatures. */
function isRandom(text: string): boolean {
  const runs = [...(text.match(/[\w+~=.-]{20,}/g) ?? []), ...(text.match(/[A-Za-z0-9+/=]{64,}/g) ?? [])];
  return runs.some(run => {
    const kinds = [...run].map(char => KINDS.findIndex(kind => kind.test(char)));
    const changes = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
    return KINDS.every((_, kind) => kinds.includes(kind)) && changes > run.length * 0.4;
  });
}
const KINDS = [/[a-z]/, /[A-Z]/, /[0-9]/];

/** As it was pasted, and as it reads without quotes, line breaks and percent-encoding. */
function readingsOf(text: string): string[] {
  const readings = [text, unwrapPasted(text)];
  try {
    readings.push(unwrapPasted(decodeURIComponent(text)));
  } catch {
    // Not percent-encoded: there is no other reading.
  }
  return readings;
}

/** Undoes what copying adds around and inside a text: white space, quotes, line breaks, escaped ampersands. */
export function unwrapPasted(text: string): string {
  return (
    text
      .trim()
      .replace(/^(["'`])([\s\S]*)\1$/, '$2')
      // As documents and chats turn them.
      .replace(/^[“”„‟«»‘’‚‹›]([\s\S]*)[“”‟«»‘’‹›]$/, '$1')
      .trim()
      .replace(/\s*[\r\n\t\u200b\ufeff]\s*/g, '')
      .replaceAll('&amp;', '&')
      .replaceAll('\\u0026', '&')
  );
}
