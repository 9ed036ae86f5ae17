import addCompletion from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/**
 * Adds `mooring completion SHELL`, which prints a script for the shell, and the hidden command that the script calls.
 * Called last: it completes the commands that are there.
 */
export function completion(program: Command): void {
  addCompletion(program, { completionCommandName: 'completion' });
  program.commands
    .find(command => command.name() === 'completion')!
    .summary('print a script that completes commands in a shell')
    .description(
      'Prints a script that completes commands and options. To use it now: source <(mooring completion bash), ' +
        'the same with zsh, or mooring completion fish | source. To keep it, put that line into the start file of ' +
        'the shell.',
    );
}
