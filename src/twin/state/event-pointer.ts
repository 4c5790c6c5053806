/** The `@ptr` of an event in query results, which GetLogRecord takes. */

/** `log` is `account-id:log-group-name`; the sequence is unique in the account. */
export function writePointer(log: string, sequence: number): string {
  return Buffer.from(`${log}/${sequence}`).toString('base64');
}

/** Undefined if it is none. */
export function readPointer(
  pointer: string,
): { readonly logGroupName: string; readonly sequence: number } | undefined {
  const text = Buffer.from(pointer, 'base64').toString();
  const [, logGroupName, sequence] = /^\d{12}:(.+)\/(\d{1,15})$/s.exec(text) ?? [];
  if (logGroupName === undefined || sequence === undefined) return undefined;
  return { logGroupName, sequence: Number(sequence) };
}
