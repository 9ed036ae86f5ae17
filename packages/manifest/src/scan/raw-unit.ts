/** The bytes of one value, before they are parsed. They are valid until the next one is asked for. */
export interface RawUnit {
  /** The list it stands in; '' in a list at the top and in lines. */
  list: string;
  /** From 0, in its list. */
  position: number;
  /** Where it begins. */
  line: number;
  /** Null: it has more bytes than an item may have. */
  bytes: Uint8Array | null;
  /** Of JSON: members of objects, separators, and depth, as they are written. */
  colons: number;
  commas: number;
  deepest: number;
}
