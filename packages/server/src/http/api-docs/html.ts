/** Text of HTML that needs no more escaping; made by `html` only. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[] | null | undefined | false;

/** Writes HTML: html`<p>${text}</p>`. Every value is escaped, unless it was made the same way. */
export const html = (literals: TemplateStringsArray, ...values: Value[]): Html => ({
  markup: String.raw({ raw: literals }, ...values.map(write)),
});

function write(value: Value): string {
  if (value === null || value === undefined || value === false) return '';
  if (Array.isArray(value)) return value.map(write).join('');
  if (typeof value === 'object') return (value as Html).markup;
  return String(value).replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`);
}
