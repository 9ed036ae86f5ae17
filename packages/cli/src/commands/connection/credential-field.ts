import { text } from '@clack/prompts';
import type { FieldContext, FormField } from '@mooring/storage';
import { type CliKind, flagOf, optionName } from '@mooring/storage/cli';
import { UsageError } from '../../failure.ts';
import { canAsk, type Io } from '../../io.ts';
import { problemOf } from '../../kind/judge.ts';
import type { Values } from '../../kind/options.ts';
import { answered, askSecret, readGiven, readTextFile } from '../../secret.ts';
import type { CredentialInAddress } from './location.ts';

/**
 * The text of a field: from its options, the environment or, on a terminal, the answer to a question, which is judged
 * before it is taken. Null: an optional one that is not given.
 * @throws UsageError where it is missing
 */
export async function readField(
  io: Io,
  { credential }: CliKind,
  field: FormField,
  of: { values: Values; inAddress: CredentialInAddress | null; context: FieldContext },
): Promise<string | null> {
  const options = credential.options.filter(option => option.field === field.name);
  const [inFile, itself] = [true, false].map(isFile =>
    options.find(option => (option.isFile ?? false) === isFile),
  );
  const given = (option: typeof inFile) => option && (of.values[optionName(option)] as string | undefined);
  const inAddress = of.inAddress?.field === field.name ? of.inAddress.text : undefined;
  const question = credential.questions[field.name] ?? field.label;
  const text = await readGiven(io, {
    name: inSentence(question),
    isSecret: field.secret ?? false,
    file: given(inFile),
    fileOption: inFile && flagOf(inFile),
    value: given(itself) ?? inAddress,
    valueOption: given(itself) === undefined ? 'an address that contains it' : itself && flagOf(itself),
    env: credential.environment[field.name],
  });
  if (text !== null || field.optional) return text;
  if (canAsk(io)) return ask(io, field, question, of.context, inFile && flagOf(inFile));
  const option = inFile ?? itself;
  throw new UsageError(
    `The ${inSentence(question)} is missing.`,
    `${option ? `Give ${flagOf(option)}. ` : ''}See mooring connection add --help.`,
  );
}

/** “Client secret” in the middle of a sentence; “API token” stays. */
const inSentence = (label: string): string =>
  /^\p{Lu}\p{Ll}/u.test(label) ? label[0]!.toLowerCase() + label.slice(1) : label;

/** What people have as a file is asked for by its path. */
async function ask(
  io: Io,
  field: FormField,
  question: string,
  context: FieldContext,
  fileOption: string | undefined,
): Promise<string> {
  const judge = (typed: string) => problemOf(field, typed, context);
  const isFile = field.file !== undefined && fileOption !== undefined;
  if (field.secret && !isFile) return askSecret(io, inSentence(question), judge);
  const typed = await text({
    message: question,
    input: io.stdin,
    output: io.stderr,
    validate: value => {
      if (!value?.trim()) return `Type or paste the ${inSentence(question)}.`;
      return isFile ? undefined : judge(value);
    },
  });
  const answer = answered(typed).trim();
  return isFile ? (await readTextFile(io, answer, fileOption)).trim() : answer;
}
