/** From a kind's shape to its CustomResourceDefinition. */
import { group, pluralOf, version, type WorkloadKind } from '../../src/kernel/api-kinds.ts';
import { shortHash } from '../../src/kernel/short-hash.ts';
import { rules, type Rule, type Schema } from './field.ts';

export type Kind = WorkloadKind | 'LogGroup';

/** A column of `kubectl get`; it shows one field. Those with `priority: 1` only with `-o wide`. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  readonly priority?: 1;
}

export interface CrdShape {
  readonly kind: Kind;
  readonly description: string;
  readonly properties: { readonly spec: Schema; readonly status: Schema };
  readonly required: readonly string[];
  /** Rules on the whole object, where old and new can be compared whatever was removed. */
  readonly validations: readonly Rule[];
  readonly columns: readonly Column[];
  readonly scope?: 'Cluster';
}

export const readyColumn: Column = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  description: 'Whether the resource is in force; `kubectl describe` tells why not.',
};
export const ageColumn: Column = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'Time since creation.',
};

/** All begin with `cx`, because the obvious short forms belong to others already. */
const shortNameOf: Readonly<Record<Kind, string>> = {
  RealtimeAPI: 'cxrt',
  AsyncAPI: 'cxas',
  BatchAPI: 'cxba',
  TaskAPI: 'cxta',
  BatchJob: 'cxbj',
  TaskJob: 'cxtj',
  LogGroup: 'cxlg',
};

const metaProperties = {
  apiVersion: { type: 'string', description: 'Version of this schema: cortex.dev/v1alpha1.' },
  kind: { type: 'string', description: 'Kind of the resource.' },
  // The length is there for CEL's cost estimate; the API server allows no longer names anyway.
  metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 253 } } },
} as const;

/** Tells one edition of a CRD from another; the chart refuses to upgrade over CRDs that are not its own. */
const schemaAnnotation = 'cortex.dev/schema';

export function crdName(kind: Kind): string {
  return `${pluralOf[kind]}.${group}`;
}

export function customResourceDefinition(shape: CrdShape): Readonly<Record<string, unknown>> {
  const { kind, description, properties, required, validations, columns, scope = 'Namespaced' } = shape;
  const openAPIV3Schema = {
    type: 'object',
    description,
    ...(required.length > 0 ? { required } : {}),
    ...rules(...validations),
    properties: { ...metaProperties, ...properties },
  };
  const spec = {
    group,
    scope,
    names: {
      kind,
      listKind: `${kind}List`,
      plural: pluralOf[kind],
      singular: kind.toLowerCase(),
      shortNames: [shortNameOf[kind]],
      categories: ['cortex'],
    },
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: columns,
        schema: { openAPIV3Schema },
      },
    ],
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: crdName(kind), annotations: { [schemaAnnotation]: shortHash(JSON.stringify(spec)) } },
    spec,
  };
}
