/**
 * Label keys and values. The three keys are a public contract, written exactly so on pods and under
 * `labels` in every record.
 */
import { shortHash } from './short-hash.ts';

export const labelKeys = ['apiName', 'apiKind', 'jobID'] as const;
export type LabelKey = (typeof labelKeys)[number];

export type Labels = Readonly<Record<string, string>>;

/** The part of a pod's labels that is ours. */
export type IdentityLabels = Readonly<Partial<Record<LabelKey, string>>>;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
export const maxLabelValueLength = 63;
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

export function isLabelValue(value: string): boolean {
  return value.length <= maxLabelValueLength && labelValue.test(value);
}

/**
 * A label value for an object's name: the name itself up to 63 characters, else cut and ended by a
 * hash of the whole name, so that two long names stay two values.
 */
export function toLabelValue(name: string): string {
  if (name.length <= maxLabelValueLength) return name;
  const hash = shortHash(name);
  return `${name.slice(0, maxLabelValueLength - hash.length - 1)}-${hash}`;
}

/** The subset of `labels` whose keys are ours. */
export function identityLabelsOf(labels: Labels): IdentityLabels {
  return Object.fromEntries(
    labelKeys.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])),
  );
}
