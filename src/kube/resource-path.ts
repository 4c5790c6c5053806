/** Where a resource is found on the API server: https://kubernetes.io/docs/reference/using-api/api-concepts/ */

export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower case and plural, as in URLs and RBAC rules: `pods`. */
  readonly resource: string;
}

export interface ResourceTarget extends Resource {
  /** Absent for cluster-scoped resources and for lists over all namespaces. */
  readonly namespace?: string | undefined;
  /** Absent for lists. */
  readonly name?: string;
  readonly subresource?: string;
}

/** Every part is escaped, so that no name of an object reaches another path. */
export function resourcePath({
  group,
  version,
  resource,
  namespace,
  name,
  subresource,
}: ResourceTarget): string {
  const root = group === '' ? `/api/${segment(version)}` : `/apis/${segment(group)}/${segment(version)}`;
  const scope = namespace ? `/namespaces/${segment(namespace)}` : '';
  const object = name === undefined ? '' : `/${segment(name)}`;
  const below = subresource === undefined ? '' : `/${segment(subresource)}`;
  return `${root}${scope}/${segment(resource)}${object}${below}`;
}

/** `encodeURIComponent` leaves dots alone, and `..` would climb. */
function segment(text: string): string {
  return text === '.' || text === '..' ? text.replaceAll('.', '%2E') : encodeURIComponent(text);
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path with its query; parameters that are undefined are left out. */
export function pathWithQuery(path: string, query: Query | undefined): string {
  if (query === undefined) return path;
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return parts.length > 0 ? `${path}?${parts.join('&')}` : path;
}
