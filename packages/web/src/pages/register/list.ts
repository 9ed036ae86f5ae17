/** A list of objects that a person gave: a file, or text that was pasted. */
export interface List {
  /** Another one for each list, so that what was learned of one is not shown for another. */
  id: string;
  name: string;
  bytes: Blob;
}

/** Text of more than this is taken as a file: a field would take seconds to show it. */
export const MOST_SHOWN_CHARS = 100_000;

export const listOf = (bytes: Blob, name: string): List => ({ id: crypto.randomUUID(), name, bytes });

export const listOfText = (text: string): List | null =>
  text.trim() === '' ? null : listOf(new Blob([text], { type: 'text/plain' }), 'Pasted list');
