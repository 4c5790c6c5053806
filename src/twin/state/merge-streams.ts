/** The events of many streams as one series, without sorting all of them for each page. */
import { comparePositions, indexAfter, type LogEvent, type LogStream, type Position } from './log-stream.ts';

export interface StreamEvent {
  readonly event: LogEvent;
  readonly logStreamName: string;
}

export type Direction = 'forward' | 'backward';

/** A stream, and the index of its event that comes next. */
interface Cursor {
  readonly name: string;
  readonly events: readonly LogEvent[];
  index: number;
}

/** Events strictly after `from`, oldest first; or, backward, those before it, newest first. */
export function* mergeStreams(
  streams: Iterable<LogStream>,
  from: Position,
  direction: Direction,
): Generator<StreamEvent> {
  const step = direction === 'forward' ? 1 : -1;
  const heap = new CursorHeap(step);
  for (const { name, events } of streams)
    heap.push({
      name,
      events,
      index: direction === 'forward' ? indexAfter(events, from) : indexBefore(events, from),
    });
  for (let cursor = heap.first(); cursor; cursor = heap.first()) {
    const event = cursor.events[cursor.index];
    if (event) yield { event, logStreamName: cursor.name };
    cursor.index += step;
    heap.replaceFirst();
  }
}

/** The index of the last event before `position`. */
function indexBefore(events: readonly LogEvent[], position: Position): number {
  const after = indexAfter(events, position);
  const last = events[after - 1];
  return last && comparePositions(last, position) === 0 ? after - 2 : after - 1;
}

/** A binary heap: the cursor whose event comes next is the first. Cursors at their end drop out. */
class CursorHeap {
  readonly #cursors: Cursor[] = [];
  readonly #sign: 1 | -1;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  first(): Cursor | undefined {
    return this.#cursors[0];
  }

  push(cursor: Cursor): void {
    if (!cursor.events[cursor.index]) return;
    this.#cursors.push(cursor);
    let child = this.#cursors.length - 1;
    while (child > 0) {
      const parent = (child - 1) >>> 1;
      if (!this.#comesBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** The first one has moved on. */
  replaceFirst(): void {
    const [first] = this.#cursors;
    if (first && !first.events[first.index]) {
      const last = this.#cursors.pop();
      if (last && last !== first) this.#cursors[0] = last;
    }
    let parent = 0;
    for (
      let child = this.#firstChild(parent);
      this.#comesBefore(child, parent);
      child = this.#firstChild(parent)
    ) {
      this.#swap(child, parent);
      parent = child;
    }
  }

  #firstChild(parent: number): number {
    const left = 2 * parent + 1;
    return this.#comesBefore(left + 1, left) ? left + 1 : left;
  }

  #comesBefore(a: number, b: number): boolean {
    const [x, y] = [this.#eventAt(a), this.#eventAt(b)];
    return x !== undefined && y !== undefined && this.#sign * comparePositions(x, y) < 0;
  }

  #eventAt(at: number): LogEvent | undefined {
    const cursor = this.#cursors[at];
    return cursor?.events[cursor.index];
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#cursors[a], this.#cursors[b]];
    if (!x || !y) return;
    this.#cursors[a] = y;
    this.#cursors[b] = x;
  }
}
