import type { Command } from 'commander';
import { UsageError } from './failure.ts';

/** What a command with commands of its own says if none of them is named. */
export function refuseWithoutCommand(group: Command): never {
  const [unknown] = group.args;
  const path = pathOf(group);
  const names = group
    .createHelp()
    .visibleCommands(group)
    .map(command => command.name());
  throw new UsageError(
    unknown === undefined
      ? `${path} needs a command: ${names.join(', ')}.`
      : `There is no command ${JSON.stringify(unknown)} in ${path}. There are ${names.join(', ')}.`,
    `See ${path} --help.`,
  );
}

/** Refuses arguments that a command does not take, by name. */
export function refuseExtraArguments(command: Command): void {
  const taken = command.registeredArguments;
  if (command.commands.length > 0 || taken.at(-1)?.variadic) return;
  const extra = command.args.slice(taken.length);
  if (extra.length === 0) return;
  const path = pathOf(command);
  const expected =
    taken.length === 0
      ? 'no arguments'
      : `only ${taken.map(argument => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`)).join(' ')}`;
  throw new UsageError(
    `${path} takes ${expected}, and got ${extra.map(text => JSON.stringify(text)).join(' ')} too.`,
    `Leave that out, or put quotes around a name with spaces. See ${path} --help.`,
  );
}

/** `mooring asset list` */
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
