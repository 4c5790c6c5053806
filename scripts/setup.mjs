/**
 * Gets a clone ready to work in: packages as the lock file says, and Node 24. It is plain JavaScript because it runs
 * before any of that is there.
 *
 *   node scripts/setup.mjs                       set up
 *   node scripts/setup.mjs --then FILE [ARG…]    set up, then run FILE under Node 24 and end with its exit code
 *
 * This file itself is kept in words that far older versions of Node understand, to be able to refuse them.
 */
const oldest = 20;
const major = Number(process.versions.node.split('.')[0]);

if (major < oldest) {
  process.stderr.write(
    'Cortex Logging needs Node >= ' +
      oldest +
      ' with npm, and this is Node ' +
      process.versions.node +
      ': install a newer one from https://nodejs.org (Node 24 itself is then installed by this set-up).\n',
  );
  process.exitCode = 1;
} else {
  import('./setup/run-setup.mjs').then(({ runSetup }) => runSetup(process.argv.slice(2)));
}
