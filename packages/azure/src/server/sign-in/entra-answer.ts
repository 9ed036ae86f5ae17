/** What Microsoft Entra ID adds to the address that it calls back; others can write there too. */
export interface EntraAnswer {
  state?: string | undefined;
  code?: string | undefined;
  error?: string | undefined;
  error_description?: string | undefined;
  admin_consent?: string | undefined;
  tenant?: string | undefined;
}

/** Takes from a query what is text, the first where there are several. */
export function readEntraAnswer(query: Record<string, unknown>): EntraAnswer {
  const text = (name: keyof EntraAnswer): string | undefined => {
    const value = [query[name]].flat()[0];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    state: text('state'),
    code: text('code'),
    error: text('error'),
    error_description: text('error_description'),
    admin_consent: text('admin_consent'),
    tenant: text('tenant'),
  };
}

const LONGEST = 300;
const DECLINED = 'The person who signed in declined.';
const KNOWN: Record<string, string> = {
  access_denied: DECLINED,
  consent_required: 'The tenant has not consented to this app.',
  interaction_required: 'Microsoft Entra ID needs more than this sign-in gave.',
  temporarily_unavailable: 'Microsoft Entra ID is not available right now.',
};

/** Why it was refused, for people: what Entra says where that is more than “declined”, without its ids and times. */
export function entraReason({
  error,
  error_description,
}: Pick<EntraAnswer, 'error' | 'error_description'>): string {
  const known = KNOWN[error ?? ''];
  const said = (error_description ?? '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/\s*(Trace ID|Correlation ID|Timestamp):.*$/s, '')
    .trim()
    .slice(0, LONGEST);
  if (/\bAADSTS65004\b/.test(said)) return DECLINED;
  return said || known || 'Microsoft Entra ID refused without a reason.';
}
