/** JSON merge patches: https://www.rfc-editor.org/rfc/rfc7386 */

type Json = Readonly<Record<string, unknown>>;

/**
 * The smallest merge patch that turns `before` into `after`: what is absent in `after` becomes null, and
 * lists are replaced whole. Undefined if the two are the same, since a patch that changes nothing is not sent.
 */
export function mergePatch(before: object, after: object): Json | undefined {
  const [from, to] = [before as Json, after as Json];
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const change = changeOf(from[key], to[key]);
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}

function changeOf(before: unknown, after: unknown): unknown {
  if (after === undefined) return before === undefined ? undefined : null;
  if (isObject(before) && isObject(after)) return mergePatch(before, after);
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
