/** Functions of IP addresses: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html */
import { BlockList, isIP } from 'node:net';
import { type Functions, withArgs } from './scalar-function.ts';
import { textOf, type Value } from './value.ts';

type Version = 4 | 6;

const both: readonly Version[] = [4, 6];

export const ipFunctions: Functions = {
  isvalidip: withArgs(1, 1, ([address]) => isAddress(address, both)),
  isvalidipv4: withArgs(1, 1, ([address]) => isAddress(address, [4])),
  isvalidipv6: withArgs(1, 1, ([address]) => isAddress(address, [6])),
  isipinsubnet: withArgs(2, 2, ([address, subnet]) => isInSubnet(address, subnet, both)),
  isipv4insubnet: withArgs(2, 2, ([address, subnet]) => isInSubnet(address, subnet, [4])),
  isipv6insubnet: withArgs(2, 2, ([address, subnet]) => isInSubnet(address, subnet, [6])),
};

function isAddress(value: Value, versions: readonly Version[]): boolean {
  return value !== undefined && versions.includes(isIP(textOf(value)) as Version);
}

function isInSubnet(address: Value, subnet: Value, versions: readonly Version[]): boolean {
  if (address === undefined || subnet === undefined || !isAddress(address, versions)) return false;
  const family = isIP(textOf(address)) === 4 ? 'ipv4' : 'ipv6';
  const list = readSubnet(textOf(subnet), family);
  return list?.check(textOf(address), family) ?? false;
}

/** Undefined if it is none of this family. */
function readSubnet(subnet: string, family: 'ipv4' | 'ipv6'): BlockList | undefined {
  const [, network = '', prefix = ''] = /^([^/]+)\/(\d{1,3})$/.exec(subnet) ?? [];
  const [version, maxPrefix] = family === 'ipv4' ? [4, 32] : [6, 128];
  if (isIP(network) !== version || Number(prefix) > maxPrefix) return undefined;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list;
}
