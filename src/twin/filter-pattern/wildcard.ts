/** Texts in which `*` stands for anything. */

/** Takes time in proportion to the text: a part that was found as early as possible never has to move. */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let begin = first.length;
    for (const part of others) {
      const found = text.indexOf(part, begin);
      if (found < 0) return false;
      begin = found + part.length;
    }
    return text.length - last.length >= begin && text.endsWith(last);
  };
}
