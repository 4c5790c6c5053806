/** The API server's audit log: who wrote what. Of reads, only those of single objects by the operator are in it. */
import { readFile } from 'node:fs/promises';

/** One finished request. The parts that tests ask for; https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/ */
export interface AuditEvent {
  readonly auditID: string;
  readonly verb: 'get' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  readonly requestURI: string;
  readonly user: { readonly username: string; readonly groups?: readonly string[] };
  readonly userAgent?: string;
  readonly objectRef?: {
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly apiGroup?: string;
  };
  readonly responseStatus?: { readonly code: number; readonly reason?: string };
  readonly requestReceivedTimestamp: string;
}

/** Metadata of every write, and of each object that the operator reads by its name, when it is answered. */
export const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Metadata', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    { level: 'Metadata', verbs: ['get'], userGroups: ['system:serviceaccounts:cortex-logging'] },
    { level: 'None' },
  ],
};

/**
 * Every write so far, in the order of writing. The server writes an event just after it has answered: a caller that
 * counts waits until a later write of its own is seen.
 */
export async function readAuditLog(path: string): Promise<readonly AuditEvent[]> {
  return (await readEvents(path)).filter(({ verb }) => verb !== 'get');
}

/** Every object that the operator read by its name so far. */
export async function readOperatorReads(path: string): Promise<readonly AuditEvent[]> {
  return (await readEvents(path)).filter(({ verb }) => verb === 'get');
}

async function readEvents(path: string): Promise<readonly AuditEvent[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  // What follows the last newline is a line that is being written.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as AuditEvent);
}
