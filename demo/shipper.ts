/** What brings the container log files into the log group. */
export interface Shipper {
  /** For the person who watches. */
  readonly name: string;
  /** Resolves when all that was written is delivered, or given up. */
  stop(): Promise<void>;
}
