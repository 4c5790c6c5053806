/** The word that the given one was probably meant to be: at most a third of its letters away. */
export function closestWord(given: string, words: readonly string[]): string | undefined {
  const ranked = words
    .map((word) => ({ word, distance: editDistance(given, word) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(1, given.length / 3) ? best.word : undefined;
}

/** Levenshtein's: letters to insert, remove or replace. */
function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [row, letter] of Array.from(one).entries()) {
    const current = [row + 1];
    for (const [column, otherLetter] of Array.from(other).entries()) {
      const replace = (above[column] ?? 0) + (letter === otherLetter ? 0 : 1);
      current.push(Math.min(replace, (above[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    above = current;
  }
  return above[other.length] ?? 0;
}
