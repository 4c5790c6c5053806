/**
 * Lines out of chunks of bytes. Splits before decoding, so that a character cut by a chunk border stays
 * whole, and joins an unfinished line once, when its end comes.
 */
const newline = 0x0a;

export class LineSplitter {
  #pending: Buffer[] = [];

  /** The lines that this chunk completes, without their ends; empty lines are left out. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const line = this.#complete(chunk.subarray(from, end));
      if (line !== '') lines.push(line);
      from = end + 1;
    }
    if (from < chunk.length) this.#pending.push(chunk.subarray(from));
    return lines;
  }

  #complete(last: Buffer): string {
    if (this.#pending.length === 0) return last.toString('utf8');
    const whole = Buffer.concat([...this.#pending, last]);
    this.#pending = [];
    return whole.toString('utf8');
  }

  /** What came after the last newline: a line that a stream's end left without one. */
  rest(): string {
    return this.#complete(Buffer.alloc(0));
  }
}
