/** How values are spelled in JSON: a message that lacks a spelling lacks the value, and need not be parsed. */

/**
 * Whether every JSON text of a value that has these letters has them as they stand, but for `\u…`. A number is
 * spelled in many ways, so what may be part of one is left out.
 */
export function isSpelledOnce(text: string): boolean {
  return /^[\w .:@-]+$/.test(text) && !/^[\d.eE+-]*$/.test(text);
}

/** With it any character may be spelled otherwise. */
const escape = String.raw`\u`;

/** Whether a message may hold a value with this text, which is spelled once. */
export function spells(message: string, text: string): boolean {
  return message.includes(text) || message.includes(escape);
}
