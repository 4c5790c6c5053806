/** Names whose rules others made. */
import { isIP } from 'node:net';

/** https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html; every such name is also a legal log group name. */
export function isClusterName(text: string): boolean {
  return /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text);
}

/** The form of all of AWS's region codes in all partitions: https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function isRegionName(text: string): boolean {
  return /^[a-z]{2,4}(-[a-z]{2,12}){1,2}-[1-9][0-9]?$/.test(text);
}

/** A region's code and one letter. */
export function isAvailabilityZoneName(text: string): boolean {
  return /[0-9][a-z]$/.test(text) && isRegionName(text.slice(0, -1));
}

/** RFC 1123 label: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}

/** RFC 1123 subdomain: labels with dots between, 253 characters at most. */
export function isDnsSubdomain(text: string): boolean {
  return (
    text.length <= 253 && text.split('.').every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label))
  );
}

/** An address, or a name to be resolved. */
export function isHost(text: string): boolean {
  return isIP(text) !== 0 || isDnsSubdomain(text.toLowerCase());
}

/** An http or https URL without user, query or fragment. */
export function isServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash, hostname } = new URL(text);
  return /^https?:$/.test(protocol) && hostname !== '' && username + password + search + hash === '';
}
