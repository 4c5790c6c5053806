/** What keeps the set-up from going on, as sentences for the person who started it. */
export class SetupError extends Error {
  name = 'SetupError';
}
