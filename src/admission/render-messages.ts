/**
 * What kubectl shows to whoever sent the pod. Warnings are cut by clients from 256 characters on:
 * https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
 */
import type { IdentityLabels, LabelKey, Labels } from '../kernel/labels.ts';
import type { Claim } from '../workloads/claims.ts';

interface Forged {
  readonly labels: Labels;
  readonly forged: readonly LabelKey[];
}

interface ForgedOfClaim extends Forged {
  readonly claim: Claim;
  readonly right: IdentityLabels;
}

const longest = 250;

export function claimedPutRight({ labels, forged, claim, right }: ForgedOfClaim): string {
  const changes = forged.map((key) => `${key} "${labels[key] ?? ''}" ${become(right[key])}`);
  return cut(`${nameOf(claim)} claims this pod: label ${changes.join(', ')}`);
}

export function claimedDenied({ labels, forged, claim, right }: ForgedOfClaim): string {
  const wrong = forged.map((key) => `${key}=${labels[key] ?? ''}`).join(', ');
  const wanted = forged.map((key) => (right[key] === undefined ? `no ${key}` : `${key}=${right[key]}`));
  return `${nameOf(claim)} claims this pod, which must not say ${wrong}: leave these labels out, or write ${wanted.join(', ')}`;
}

export function removalUndone(claim: Claim): string {
  return cut(
    `${nameOf(claim)} claims this pod, so its labels stay; to take them away, change what the resource claims`,
  );
}

export function unclaimedReported({ labels, forged }: Forged): string {
  return cut(
    `no API claims this pod, yet it says ${textOf(labels, forged)}; its logs are filed under that name`,
  );
}

export function unclaimedRemoved({ labels, forged }: Forged): string {
  return cut(`no API claims this pod: ${textOf(labels, forged)} was taken away`);
}

export function unclaimedDenied({
  labels,
  forged,
  namespace,
}: Forged & { readonly namespace: string }): string {
  return `no resource of cortex.dev in the namespace ${namespace} claims this pod, which must not say ${textOf(labels, forged)}: leave ${forged.join(', ')} out, or claim the pod`;
}

/** The match rule kept the labels as they are. */
export function keptByMatchRule(match: {
  readonly by: { readonly kind: string; readonly name: string };
  readonly key: LabelKey;
}): string {
  return cut(
    `labels were not written, because ${match.by.kind} ${match.by.name} selects pods by ${match.key}: take the key out of its selector`,
  );
}

function become(value: string | undefined): string {
  return value === undefined ? 'was taken away' : `became "${value}"`;
}

function nameOf({ kind, name }: Claim): string {
  return `${kind} ${name}`;
}

function textOf(labels: Labels, keys: readonly LabelKey[]): string {
  return keys.map((key) => `${key}=${labels[key] ?? ''}`).join(', ');
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
