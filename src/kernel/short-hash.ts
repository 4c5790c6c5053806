/**
 * FNV-1a, 32 bits, as 8 lower-case hex digits: tells long names apart after they were cut. Not for
 * secrets. Written here because the same few lines must exist wherever names are cut, also outside
 * this process.
 */
export function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
