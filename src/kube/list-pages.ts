/** Complete lists, page by page, from one consistent state of the cluster. */
import type { KubeObject } from '../kernel/object-meta.ts';
import { isGone } from './kube-errors.ts';
import { resourcePath, type Query, type ResourceTarget } from './resource-path.ts';
import { metadataOnly, type KubeRequest } from './transport.ts';

/** The part of `Transport` that lists. */
export interface ListTransport {
  requestText(request: KubeRequest): Promise<string>;
}

export interface ListScope {
  readonly target: ResourceTarget;
  /** Replies hold only metadata, without spec and status. */
  readonly metadataOnly?: boolean;
  /** With `metadataOnly`: `managedFields` of other managers than this one may be missing in watch events. */
  readonly manager?: string;
  /** `labelSelector`, `fieldSelector`. */
  readonly query?: Query;
  readonly signal?: AbortSignal;
}

interface ListPage {
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

/** client-go's page size: a page of whole pods stays a few megabytes. */
const pageSize = 500;

export interface CompleteList {
  /** Of the state that all pages show; where a watch goes on. */
  readonly resourceVersion: string;
  readonly count: number;
}

/**
 * Hands each object to `take`, in pages of 500, and then tells the list's resource version. Asks for the
 * newest state (no `resourceVersion`), so that everything written before the call is in it. The API
 * server compacts old states: a `continue` that expired between pages (410) throws, and what was taken
 * till then is of no use.
 */
export async function listPages(
  transport: ListTransport,
  scope: ListScope,
  take: (object: KubeObject) => void,
): Promise<CompleteList> {
  let count = 0;
  let next = requestPage(transport, scope, undefined);
  for (;;) {
    const text = await next;
    const ahead = continueAtHead(text);
    if (ahead !== undefined) next = requestAhead(transport, scope, ahead);
    const { metadata, items } = JSON.parse(text) as ListPage;
    for (const item of items ?? []) take(item);
    count += items?.length ?? 0;
    if (!metadata.continue) return { resourceVersion: metadata.resourceVersion ?? '', count };
    if (ahead !== metadata.continue) next = requestPage(transport, scope, metadata.continue);
  }
}

function requestPage(transport: ListTransport, scope: ListScope, after: string | undefined): Promise<string> {
  return transport.requestText({
    method: 'GET',
    path: resourcePath(scope.target),
    query: { ...scope.query, limit: pageSize, continue: after },
    accept: scope.metadataOnly ? metadataOnly.list : 'application/json',
    deadlineMs: 60_000,
    signal: scope.signal,
  });
}

/** Its failure is awaited only after the page at hand is taken; until then it must not count as unhandled. */
function requestAhead(transport: ListTransport, scope: ListScope, after: string): Promise<string> {
  const page = requestPage(transport, scope, after);
  page.catch(() => undefined);
  return page;
}

/**
 * The server writes a list's metadata before its items: the next page can be on its way while this one
 * is parsed. Undefined where the order is another; then the parsed page tells.
 */
function continueAtHead(text: string): string | undefined {
  const head = text.slice(0, 4096);
  const items = head.indexOf('"items":');
  const [, token] = /"continue":"([^"\\]+)"/.exec(items < 0 ? '' : head.slice(0, items)) ?? [];
  return token;
}

export interface FreshList<T> extends CompleteList {
  readonly objects: readonly T[];
  /** Before the first request went out (milliseconds since the epoch): whatever was written earlier is in the list. */
  readonly beganAt: number;
}

/**
 * One complete list of the newest state. Throws rather than returning a part: any failed page and any
 * object that `decode` throws for. An expired page restarts the list, at most twice.
 */
export async function listOnce<T>(
  transport: ListTransport,
  scope: ListScope & { readonly decode: (object: KubeObject) => T | undefined; readonly now?: () => number },
): Promise<FreshList<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const beganAt = (scope.now ?? Date.now)();
    const objects: T[] = [];
    try {
      const list = await listPages(transport, scope, (object) => {
        const decoded = scope.decode(object);
        if (decoded !== undefined) objects.push(decoded);
      });
      return { ...list, objects, beganAt };
    } catch (error) {
      if (!isGone(error) || attempt === 3) throw error;
    }
  }
}
