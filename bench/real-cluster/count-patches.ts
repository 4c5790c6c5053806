/** What the API server's audit log says of writes to pods. */
import type { AuditEvent } from '../../test/control-plane/audit-log.ts';
import type { ControlPlaneConnection } from '../../test/control-plane/connect-to-control-plane.ts';
import { waitFor } from '../../test/control-plane/wait-for.ts';

/** A user's own name, or that of its ServiceAccount. */
export function isBy({ user }: AuditEvent, name: string): boolean {
  return user.username === name || user.username.endsWith(`:${name}`);
}

export const operatorAccount = 'cortex-logging-operator';

export function podPatches(
  events: readonly AuditEvent[],
  { by, namespace }: { readonly by: string; readonly namespace: string },
): readonly AuditEvent[] {
  return events.filter(
    (event) =>
      event.verb === 'patch' &&
      event.objectRef?.resource === 'pods' &&
      event.objectRef.namespace === namespace &&
      isBy(event, by),
  );
}

/** Patches per second from the first to the last, once the log has all of them. */
export async function patchRate(
  controlPlane: ControlPlaneConnection,
  who: { readonly by: string; readonly namespace: string },
  count: number,
): Promise<number> {
  const patches = await waitFor(
    async () => {
      const events = podPatches(await controlPlane.auditEvents(), who);
      return events.length >= count && events;
    },
    { describe: `${count} patches by ${who.by}`, timeoutMs: 120_000, intervalMs: 250 },
  );
  const times = patches.map(timeOf).toSorted((a, b) => a - b);
  return ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
}

function timeOf({ requestReceivedTimestamp }: AuditEvent): number {
  return Date.parse(requestReceivedTimestamp);
}
