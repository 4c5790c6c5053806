/** What `parse` takes out of a text: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Parse.html */
import type { Regex } from '../regex/regex.ts';

export interface Extractor {
  readonly names: readonly string[];
  /** A value for each name; undefined if the text does not match. */
  extract(text: string): readonly (string | undefined)[] | undefined;
}

/** `parts` are what stands around the stars. A star takes as little as it can; at the end, all that is left. */
export function globExtractor(parts: readonly string[], names: readonly string[]): Extractor {
  const [first = '', ...others] = parts;
  return {
    names,
    extract: (text) => {
      const found = text.indexOf(first);
      if (found < 0) return undefined;
      const values: string[] = [];
      let begin = found + first.length;
      for (const [index, part] of others.entries()) {
        // No later place for an earlier part could help: what is missing after this one is missing after that.
        const end = part === '' && index === others.length - 1 ? text.length : text.indexOf(part, begin);
        if (end < 0) return undefined;
        values.push(text.slice(begin, end));
        begin = end + part.length;
      }
      return values;
    },
  };
}

/** Its named groups; none makes an extractor without names. */
export function regexExtractor(regex: Regex): Extractor {
  const named = regex.groupNames.flatMap((name, index) => (name === undefined ? [] : [{ name, index }]));
  return {
    names: named.map(({ name }) => name),
    extract: (text) => {
      const groups = regex.exec(text);
      return groups && named.map(({ index }) => groups[index + 1]);
    },
  };
}
