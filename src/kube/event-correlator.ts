/**
 * Which Events become a write. client-go's rules (tools/record/events_cache.go): equal ones are counted
 * on one object, many similar ones are combined, and no object may flood: a burst of 25, then one in
 * five minutes.
 */
export interface EventRegarding {
  readonly apiVersion: string;
  readonly kind: string;
  /** Absent for cluster-scoped objects, whose Events are kept in the namespace `default`. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
}

export interface EventInput {
  readonly regarding: EventRegarding;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for programs. */
  readonly reason: string;
  /** For people; cut at 1,024 bytes, the API server's limit. */
  readonly note: string;
  /** What was done or tried, CamelCase; default the reason. */
  readonly action?: string;
}

/** One Event object and how often it happened. */
export interface EventSeries {
  readonly input: EventInput;
  readonly firstAt: number;
  lastAt: number;
  count: number;
  /** Set once written: where the next count goes. */
  objectName: string | undefined;
  /** Count and moment of the last write. */
  written: { readonly count: number; readonly at: number } | undefined;
  /** Waits for its write already. */
  queued: boolean;
}

const windowMs = 600_000;
const similarPerWindow = 10;
const combined = '(combined from similar events)';
const spamBurst = 25;
const spamRefillMs = 300_000;
/** A series that goes on is written again at most this often. */
const rewriteMs = 60_000;
const maxRemembered = 4096;
const maxNoteBytes = 1024;

interface Quota {
  tokens: number;
  at: number;
}

interface Similar {
  readonly notes: Set<string>;
  at: number;
}

export class EventCorrelator {
  readonly #series = new Map<string, EventSeries>();
  readonly #similar = new Map<string, Similar>();
  readonly #quotas = new Map<string, Quota>();

  /** The series to write now; undefined where the Event is counted only, or dropped. `now` in ms. */
  correlate(event: EventInput, now: number): EventSeries | undefined {
    const isOneOfMany = this.#isOneOfMany(event, now);
    const note = isOneOfMany ? `${combined}: ${event.note}` : event.note;
    const input = { ...event, note: cut(note) };
    const key = `${groupKey(event)}\n${isOneOfMany ? combined : event.note}`;
    const known = this.#series.get(key);
    if (known && now - known.lastAt < windowMs) return this.#repeat(known, now);
    if (!this.#takeToken(input.regarding.uid || input.regarding.name, now)) return undefined;
    const series = {
      input,
      firstAt: now,
      lastAt: now,
      count: 1,
      objectName: undefined,
      written: undefined,
      queued: true,
    };
    remember(this.#series, key, series);
    return series;
  }

  #repeat(series: EventSeries, now: number): EventSeries | undefined {
    series.count += 1;
    series.lastAt = now;
    if (series.queued || now - (series.written?.at ?? series.firstAt) < rewriteMs) return undefined;
    series.queued = true;
    return series;
  }

  /** From the eleventh different note on, notes of one reason on one object become one Event. */
  #isOneOfMany(event: EventInput, now: number): boolean {
    const key = groupKey(event);
    let similar = this.#similar.get(key);
    if (!similar || now - similar.at >= windowMs) similar = { notes: new Set(), at: now };
    remember(this.#similar, key, similar);
    if (similar.notes.has(event.note)) return false;
    if (similar.notes.size >= similarPerWindow) return true;
    similar.notes.add(event.note);
    return false;
  }

  #takeToken(object: string, now: number): boolean {
    const quota = this.#quotas.get(object) ?? { tokens: spamBurst, at: now };
    quota.tokens = Math.min(spamBurst, quota.tokens + (now - quota.at) / spamRefillMs);
    quota.at = now;
    remember(this.#quotas, object, quota);
    if (quota.tokens < 1) return false;
    quota.tokens -= 1;
    return true;
  }
}

function groupKey({ regarding, type, reason, action }: EventInput): string {
  return [regarding.kind, regarding.namespace, regarding.name, regarding.uid, type, reason, action].join(
    '\n',
  );
}

/** Newest last; the oldest is forgotten, so that the memory stays bounded. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > maxRemembered ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

function cut(note: string): string {
  const bytes = Buffer.from(note, 'utf8');
  if (bytes.length <= maxNoteBytes) return note;
  // A character cut in two decodes to U+FFFD, which is no longer than three bytes: it is left out.
  return `${bytes.toString('utf8', 0, maxNoteBytes - 3).replace(/\uFFFD+$/, '')}...`;
}
