// Runs a TypeScript entry of this repository: `node scripts/run.mjs [NODE'S OPTIONS] ENTRY [ARGUMENTS]`.
// Works under Node 20: installs the packages when they are missing or not those of the lock file, and hands
// over to the Node 24 that is among them. Says what it does on stderr; stdout belongs to the entry.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');

installPackages();
const given = process.argv.slice(2);
const at = given.findIndex(argument => !argument.startsWith('--'));
run(given.slice(0, at), resolve(root, given[at] ?? ''), given.slice(at + 1));

/**
 * Brings node_modules in line with the lock file, once for each lock file. Not with `npm ci`, which refuses a
 * lock file that leaves out packages for other platforms.
 */
function installPackages() {
  const stamp = join(modules, '.mooring-lock');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.error('Installing packages: about a minute, the first time.');
  // The npm and the Node of the caller: those of node_modules are about to be replaced.
  const PATH = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(directory => !directory.endsWith(join('node_modules', '.bin')));
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync('npm', args, {
    cwd: root,
    env: { ...environment(), PATH: PATH.join(delimiter) },
    stdio: ['ignore', 2, 2],
  });
  if (error) fail(`npm could not be started: ${error.message}. Install npm 10 or newer.`);
  if (status !== 0)
    fail(`npm install ended with ${status}. Its messages are above; mend that and run again.`);
  writeFileSync(stamp, lock);
}

/** Starts the entry and becomes its shadow: passes signals on, and ends as it ends. */
function run(options, entry, args) {
  const child = spawn(node(), [...options, entry, ...args], { stdio: 'inherit', env: environment() });
  // A killed npm tells no one. What it started would run on, and hold its port.
  const above = whoStarted();
  setInterval(() => whoStarted() !== above && child.kill('SIGTERM'), 500).unref();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', error => fail(`Node could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** The processes above this one: npm puts a shell in between, which outlives it. */
function whoStarted() {
  const stat = `/proc/${process.ppid}/stat`; // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const above = existsSync(stat) ? readFileSync(stat, 'utf8').replace(/^.*\) . (\d+) .*$/s, '$1') : '';
  return `${process.ppid} ${above}`;
}

/** The Node to run with: the one among the packages, or this one where it is new enough. */
function node() {
  const installed = join(bin, 'node');
  if (existsSync(installed)) return installed;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  return fail(
    `There is no packaged Node 24 for ${process.platform} ${process.arch}, and this is Node ${process.versions.node}. ` +
      'Install Node 24 or newer from https://nodejs.org and run again.',
  );
}

/**
 * Our environment with the installed commands first, and without what npm adds to it. Node keeps there what it compiles:
 * without that, every process of Mooring strips the types of all its sources again, for a second or more.
 */
function environment() {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  return {
    NODE_COMPILE_CACHE: join(modules, '.cache', 'compiled'),
    ...Object.fromEntries(own),
    PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
