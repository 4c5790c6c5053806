const pollMs = 500;

/**
 * Calls `onOrphaned` once when the parent of this process is gone: a killed parent cannot hand on a signal, but its
 * children get another parent, which they can see. Keeps nobody from ending.
 */
export function watchParent(onOrphaned) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, pollMs);
  timer.unref();
}
