/** Event ids: unique, stable, in the order of the events. */
import type { Position } from './log-stream.ts';

/** 56 digits, as AWS's. */
export function eventIdOf({ timestamp, ingestionTime, sequence }: Position): string {
  return [digits(timestamp, 16), digits(ingestionTime, 16), digits(sequence, 24)].join('');
}

/** The place that an id or a token names; undefined if it is none. */
export function positionOf(eventId: string): Position | undefined {
  const match = /^(\d{16})(\d{16})(\d{24})$/.exec(eventId);
  if (!match) return undefined;
  return { timestamp: Number(match[1]), ingestionTime: Number(match[2]), sequence: Number(match[3]) };
}

function digits(value: number, width: number): string {
  return String(Math.min(Math.max(value, 0), Number.MAX_SAFE_INTEGER)).padStart(width, '0');
}
