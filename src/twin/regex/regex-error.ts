/** A regular expression that cannot be read. */
export class RegexError extends Error {
  override readonly name = 'RegexError';
  /** In characters from the beginning of the regular expression. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}
