/**
 * `metadata.managedFields` is half of an event's text or more, says who wrote which field of the whole object, and
 * cannot be left out by the server. Of all that the operator reads only what one manager wrote, and parsing the
 * rest would be the largest part of what an event costs.
 */
const key = ',"managedFields":[';
const firstEntry = `${key}{"manager":`;

/**
 * The line of a watch on metadata-only objects, without the entries that stand before the first one of `manager`; all
 * of them where it has none. As it is, where the text is not what an API server writes: `managedFields` last in
 * `metadata`, and `metadata` last in the object (the order of the fields of ObjectMeta).
 *
 * Text within strings is never taken for structure, since there quotes stand behind backslashes.
 */
export function skipManagedFields(line: string, manager: string): string {
  const from = line.indexOf(firstEntry);
  if (from < 0 || !line.endsWith('}]}}}') || line.includes('"ownerReferences":[', from)) return line;
  const own = line.indexOf(`{"manager":${JSON.stringify(manager)},`, from);
  const kept = own < 0 ? '' : key + line.slice(own, -'}}}'.length);
  return `${line.slice(0, from)}${kept}}}}`;
}
