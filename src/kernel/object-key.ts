/** `namespace/name`, or `name` for cluster-scoped objects: what a workqueue holds. */
export type ObjectKey = string;

export function objectKey(object: {
  readonly namespace?: string | undefined;
  readonly name: string;
}): ObjectKey {
  return object.namespace ? `${object.namespace}/${object.name}` : object.name;
}

export function parseObjectKey(key: ObjectKey): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0
    ? { namespace: '', name: key }
    : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
