import type { FieldContext, FormField, Reading, Refusal } from './form.ts';
import type { CredentialWay } from './kind.ts';

/**
 * Reads what was typed into the fields of a way: each judged, without the white space around it, empty ones left out.
 * @param way of the kind; undefined where it has none of that name
 */
export function readFields(
  way: Pick<CredentialWay, 'fields'> | undefined,
  typed: Readonly<Record<string, unknown>>,
  context: FieldContext,
): Reading<Record<string, string>> {
  if (!way) {
    const message = `There is no credential of the kind “${String(typed.kind)}” here.`;
    return {
      ok: false,
      code: 'invalid_request',
      field: 'kind',
      message,
      fix: 'Choose one of the kinds that the page shows.',
    };
  }
  const value: Record<string, string> = {};
  for (const field of way.fields) {
    const text = typed[field.name];
    const read = readField(field, text === undefined || text === null ? '' : String(text), context);
    if (read && !read.ok) return read;
    if (read) value[field.name] = read.value;
  }
  return { ok: true, value };
}

/** One field; null where it is empty and may be. */
function readField(field: FormField, text: string, context: FieldContext): Reading<string> | null {
  if (text.trim() === '') return field.optional ? null : missing(field);
  const problem = field.judge(text, context).problems.find(({ level }) => level === 'error');
  if (!problem) return { ok: true, value: text.trim() };
  const { code, message, fix } = problem;
  return { ok: false, code, field: field.name, message, fix };
}

const missing = ({ name, label, hint }: FormField): Refusal => ({
  ok: false,
  code: 'invalid_request',
  field: name,
  message: `${label} is empty.`,
  fix: hint ?? `Give ${label}.`,
});
