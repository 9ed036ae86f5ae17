import { type FieldContext, type FormField, type Judgement, SOUND, wrong } from '@mooring/storage';
import { judgeSas, type SasPurpose, sasLimits } from '../sas/judge.ts';
import { parseSas } from '../sas/sas.ts';
import { sasWords } from '../sas/words.ts';
import type { SasSummary } from '../schemas.ts';
import { accountKeyRefusal } from '../secrets.ts';

// The rules for what is pasted into the fields of a credential: one for each field, for the form, the CLI and the server.
// A text in the wrong field can be a secret, so no message repeats it.

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EXAMPLE = '6f1e7c2a-0b0d-4f0e-9a4b-2f1d3c5e7a90';

export const isGuid = (text: string): boolean => GUID.test(text.trim());

/**
 * A domain as DNS has it: labels of letters, digits and inner hyphens, of at most 63 characters, the last one no number.
 * Punycode (`example.xn--p1ai`) is one too. https://www.rfc-editor.org/rfc/rfc1123#page-13
 */
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`, 'i');

/** Whether a text names a directory (tenant): by its id or by one of its domains. */
export const isTenant = (text: string): boolean => GUID.test(text) || DOMAIN.test(text);

type Rule = (text: string, context: FieldContext) => Judgement;

/** Account keys are refused in every field: people paste them into the one that they see first. */
const refusingKeys =
  (rule: Rule): FormField['judge'] =>
  (text, context) => {
    const key = accountKeyRefusal(text);
    return key ? wrong(key.message, key.fix, key.code) : rule(text.trim(), context);
  };

const characters = (text: string): string => `${text.length} character${text.length === 1 ? '' : 's'}`;

export const judgeTenantId = refusingKeys(text =>
  isTenant(text)
    ? SOUND
    : wrong(
        `The directory (tenant) id has ${characters(text)} and is neither a GUID nor a domain; expected an id such as ${EXAMPLE}, or a domain such as contoso.onmicrosoft.com.`,
        'Copy “Directory (tenant) ID” from the overview of the app registration, or of Microsoft Entra ID, in the Azure portal.',
      ),
);

const judgeGuid = (fix: string) =>
  refusingKeys(text =>
    GUID.test(text)
      ? SOUND
      : wrong(
          `The application (client) id has ${characters(text)} and is no GUID; expected one, such as ${EXAMPLE}.`,
          fix,
        ),
  );

export const judgeClientId = judgeGuid(
  'Copy “Application (client) ID” from the overview of the app registration in the Azure portal.',
);

export const judgeIdentityClientId = judgeGuid(
  'Copy “Client ID” from the overview of the managed identity in the Azure portal, or leave it out for the system-assigned one.',
);

export const judgeClientSecret = refusingKeys(text => {
  if (GUID.test(text)) {
    return wrong(
      'This is a GUID, so it is the id of the secret (“Secret ID”) and not the secret itself (“Value”).',
      'Copy “Value” from “Certificates & secrets” of the app registration. Azure shows it only when the secret is made: if it is hidden by now, make a new one.',
    );
  }
  if (!/\s/.test(text)) return SOUND;
  return wrong(
    'The client secret has white space in it. A secret never has.',
    'Copy “Value” from “Certificates & secrets” of the app registration again.',
  );
});

const LONGEST_PEM = 64_000;

/** Whether a text holds a certificate and a private key in PEM. The server reads them; this only looks for them. */
export const judgePem = refusingKeys(text => {
  const bad = (message: string, fix: string) => wrong(message, fix, 'certificate_invalid');
  if (text.length > LONGEST_PEM)
    return bad('This is too long for a certificate with its key.', 'Paste the PEM alone.');
  const hasCertificate = text.includes('-----BEGIN CERTIFICATE-----');
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(text)) {
    return bad(
      'The private key is encrypted.',
      'Make a copy without the password: openssl pkey -in key.pem -out plain.pem',
    );
  }
  const hasKey = /-----BEGIN (RSA |EC )?PRIVATE KEY-----/.test(text);
  if (hasCertificate && hasKey) return { problems: [], says: 'It holds a certificate and a private key.' };
  if (hasCertificate) {
    return bad(
      'The private key is missing: expected “-----BEGIN PRIVATE KEY-----” too.',
      'Add the file of the key.',
    );
  }
  if (hasKey)
    return bad('The certificate is missing: expected “-----BEGIN CERTIFICATE-----” too.', 'Add its file.');
  return bad(
    'Expected PEM, with “-----BEGIN CERTIFICATE-----” and “-----BEGIN PRIVATE KEY-----” in it.',
    'Turn a .pfx file into PEM with: openssl pkcs12 -in app.pfx -nodes -out app.pem',
  );
});

/** Where a token should lead. */
const placeOf = ({ location }: FieldContext) =>
  typeof location?.account === 'string'
    ? { account: location.account, container: location.container, prefix: location.prefix }
    : undefined;

export const judgeToken =
  (purpose: SasPurpose): FormField['judge'] =>
  (text, context) => {
    const sas = parseSas(text);
    if (!sas.ok) return wrong(sas.message, sas.fix, sas.code);
    const problems = judgeSas(sas, purpose, context.now, placeOf(context));
    const limits = purpose === 'list-and-read' && problems.every(({ level }) => level === 'warning');
    return { problems, says: grantsOf(sas.summary, limits) };
  };

const grantsOf = (summary: SasSummary, limits: boolean): string =>
  [`It grants: ${sasWords(summary)}.`, ...(limits ? sasLimits(summary) : [])].join(' ');
