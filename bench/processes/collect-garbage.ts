/** Preloaded into a program whose heap is measured: a signal collects the garbage, and it says so. Needs --expose-gc. */
process.on('SIGUSR2', () => {
  for (let times = 0; times < 4; times += 1) globalThis.gc?.();
  process.stdout.write('garbage collected\n');
});
