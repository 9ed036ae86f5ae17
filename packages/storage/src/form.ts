import type { Credential, Fix, StorageLocation } from '@mooring/contract';

/** Something that was judged: what is wrong, and what it says of itself. Never repeats a secret. */
export interface Judgement {
  /** Empty: nothing speaks against it. */
  problems: readonly FieldProblem[];
  /** What a token or a certificate says of itself, in a sentence; null where there is nothing to say. */
  says: string | null;
}

export interface FieldProblem {
  /** A warning lets it pass. */
  level: 'error' | 'warning';
  /** A code of the contract, or one that the kind adds. */
  code: string;
  message: string;
  fix: string;
}

/** What a field is judged by, beside its text. */
export interface FieldContext {
  now: Date;
  /** Where the connection leads; null while that is not known. */
  location: StorageLocation | null;
}

/**
 * One thing that a person types or pastes. The web app, the CLI and the server all use `judge`, so the three accept the
 * same texts.
 */
export interface FormField {
  /**
   * Its name in the location or the credential of the API. What is no secret has the same name in what is shown of a
   * stored credential. Fields of several ways with the same name and label are one: what was typed stays.
   */
  name: string;
  label: string;
  /** Where the text is found, in a sentence. */
  hint?: string;
  example?: string;
  optional?: boolean;
  /** A text that grants something: hidden while it is typed, and never kept in a browser. */
  secret?: boolean;
  /** A text of several lines, which people have as a file; what to accept, such as `.pem`. */
  file?: string;
  /** Comes only once this is switched on, and is needed then: the words beside the switch. */
  behind?: {
    label: string;
    hint: string;
    /** Whether a credential that is stored has it. */
    isOn(stored: Credential): boolean;
  };
  /** Judges what has been typed. An empty text is the caller's to judge, by `optional`. */
  judge(text: string, context: FieldContext): Judgement;
}

/** What was read, or why it cannot be. */
export type Reading<T> = { ok: true; value: T } | Refusal;

export interface Refusal {
  ok: false;
  code: string;
  /** Which field it is about, where that is known. */
  field: string | null;
  message: string;
  fix: string;
}

export const SOUND: Judgement = { problems: [], says: null };

/** A judgement with one error in it. */
export const wrong = (message: string, fix: string, code = 'invalid_request'): Judgement => ({
  problems: [{ level: 'error', code, message, fix }],
  says: null,
});

/** Snippets of a fix, as the kinds make them. */
export type Snippets = Fix['snippets'];
