/** Far deeper than any body that a route accepts. */
export const DEEPEST_JSON = 64;

/** Whether arrays and objects are nested deeper than that in a text of JSON. Takes one pass over it. */
export function isTooDeep(json: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inString) {
      if (char === '\\') at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '[' || char === '{') {
      if (++depth > DEEPEST_JSON) return true;
    } else if (char === ']' || char === '}') depth--;
  }
  return false;
}
