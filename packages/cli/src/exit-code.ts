/** What each exit code means. A code never changes its meaning. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  checksFailed: 5,
  unreachable: 6,
  interrupted: 130,
} as const;

export const EXIT_CODES_HELP = `Exit codes:
  0    done
  1    failed; the reason and the fix are on stderr
  2    the command line is not right
  3    not signed in, or not allowed with this credential
  4    it does not exist
  5    a check failed: of a connection, or of the audit
  6    the server cannot be reached
  130  stopped by Ctrl-C`;
