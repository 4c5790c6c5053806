/** Building blocks of OpenAPI schemas as `apiextensions.k8s.io/v1` takes them. */

export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  /** Where the API server says that the problem is, relative to the schema that holds the rule. */
  readonly fieldPath?: string;
}

/** A schema as it stands in the manifest; `description` is what `kubectl explain` shows, so it is never left out. */
export interface Schema extends Readonly<Record<string, unknown>> {
  readonly type: string;
  readonly description: string;
}

type Extras = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, Schema>>;

export function text(description: string, extras: Extras = {}): Schema {
  return { type: 'string', description, ...extras };
}

export function words(description: string, values: readonly string[], extras: Extras = {}): Schema {
  return { type: 'string', description, enum: values, ...extras };
}

export function flag(description: string, extras: Extras = {}): Schema {
  return { type: 'boolean', description, ...extras };
}

/** A whole number, never negative. */
export function count(description: string, extras: Extras = {}): Schema {
  return { type: 'integer', format: 'int32', minimum: 0, description, ...extras };
}

export function time(description: string): Schema {
  return { type: 'string', format: 'date-time', description };
}

export function structure(description: string, properties: Properties, extras: Extras = {}): Schema {
  return { type: 'object', description, ...extras, properties };
}

export function list(description: string, items: Schema, extras: Extras = {}): Schema {
  return { type: 'array', description, ...extras, items };
}

/** A list whose items are told apart by `key`, so that two writers can own different items. */
export function listByKey(description: string, key: string, items: Schema, extras: Extras = {}): Schema {
  return list(description, items, {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': [key],
    ...extras,
  });
}

export function rules(...validations: readonly Rule[]): Extras {
  return { 'x-kubernetes-validations': validations };
}

/** A string literal of CEL. */
export function quote(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
