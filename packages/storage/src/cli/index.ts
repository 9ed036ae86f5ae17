// What the command line adds to a storage kind: the names of its options, and its help. The questions on a terminal, and
// the rules for what is typed, are those of the kind's fields.
import type { Credential, SetupRequest } from '@mooring/contract';
import type { Reading } from '../form.ts';
import type { StorageKind } from '../kind.ts';

/** A storage kind as the command line knows it. All of it is data, but for two functions. */
export interface CliKind {
  kind: StorageKind;
  location: {
    /** One for each part of the location that can be given by itself. */
    options: readonly CliOption[];
    /** To follow “LOCATION is”, and an example. */
    help: string;
    example: string;
    /** To follow “or give”: the options that say it without an address. */
    instead: string;
  };
  credential: {
    /** In the order of the help. */
    options: readonly CliOption[];
    /** The ways to let Mooring in, the one to take first where options fit several. */
    ways: readonly CliWay[];
    /** Variables of the environment that hold a field. */
    environment: Readonly<Record<string, string>>;
    /** How a field is asked for, where its label does not say it. */
    questions: Readonly<Record<string, string>>;
    /** The ways, a line each. */
    help: string;
    /** What to do where no credential is given. */
    missing: string;
  };
  /** One line each, after the name of the command. */
  examples: { add: readonly string[]; setup: readonly string[] };
  setup: {
    /** The identity that gets access, and what else the texts depend on. */
    options: readonly CliOption[];
    /** Ids of the formats of its set-up documents; the first is the default. */
    formats: readonly string[];
    /**
     * What the options ask for.
     * @param options by the names that `optionName` gives them
     * @param of.stored the credential of a connection; null where set-up comes before there is one
     * @param of.make the request for a credential, with what all kinds have in common
     */
    request(
      options: Readonly<Record<string, unknown>>,
      of: {
        stored: Credential | null;
        offers: Readonly<Record<string, unknown>>;
        make: (credential: Credential, isStored: boolean) => SetupRequest;
      },
    ): Reading<SetupRequest>;
  };
  /** What fills in the fields of its feeds; without an option the first way of the kind is meant. */
  feeds: { options: readonly CliOption[]; help: string };
  /** Consent of an administrator to the app of the installation; null where the kind has no such thing. */
  consent: { options: readonly CliOption[]; summary: string; help: string } | null;
  /** What its inventory reports are called, with an article, and which object is read; null where it has none. */
  inventory: { report: string; key: string } | null;
  /** A credential in one line. @param when a time as it is shown, such as `in 6 d` */
  describe(credential: Credential, when: (at: string) => string): string;
}

/** An option of a command. Kinds may share one: it then stands there once, with all descriptions. */
export interface CliOption {
  /** Such as `--client-id <id>`; without a placeholder it is a switch. */
  flags: string;
  description: string;
  choices?: readonly string[];
  /** The field of the kind that it fills in. */
  field?: string;
  /** It names a file with the text of the field; `-` is standard input. */
  isFile?: boolean;
  /** The way that it chooses by itself. */
  way?: string;
  /** What it gives, to follow “both”; default: its flag. */
  gives?: string;
}

/** A way in the question for one. */
export interface CliWay {
  id: string;
  /** Default: that of the kind. */
  label?: string;
  hint?: string;
}

/** The long flag of an option: `--client-id`. */
export const flagOf = ({ flags }: CliOption): string => flags.split(' ', 1)[0]!;

/** The name that a value of an option has: `clientId`. */
export const optionName = (option: CliOption): string =>
  flagOf(option)
    .slice(2)
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
