/** The product's one number: the share of written lines that are stored exactly once with exactly their identity. Pure. */
import type { Identity } from '../src/kernel/identity.ts';
import { labelKeys, type IdentityLabels } from '../src/kernel/labels.ts';
import { labelsOfIdentity } from '../src/kernel/identity.ts';

/** A pod that wrote lines numbered from 1, and who it should have spoken for. */
export interface Writer {
  readonly lines: number;
  readonly identity: Identity;
  readonly stored: readonly StoredLine[];
}

/** A record in the log group that came from the writer. */
export interface StoredLine {
  readonly number: number;
  readonly labels: IdentityLabels;
}

export interface LabelTruth {
  readonly written: number;
  readonly right: number;
  readonly lost: number;
  /** Records beyond the first of each line. */
  readonly doubled: number;
  /** Lines stored with other labels than their own, or with none. */
  readonly wrong: number;
}

export function measureLabelTruth(writers: readonly Writer[]): LabelTruth {
  return writers.map(measureWriter).reduce(add, { written: 0, right: 0, lost: 0, doubled: 0, wrong: 0 });
}

function measureWriter({ lines, identity, stored }: Writer): LabelTruth {
  const records = Map.groupBy(stored, ({ number }) => number);
  const wanted = labelsOfIdentity(identity);
  let [right, wrong, doubled] = [0, 0, 0];
  for (const copies of records.values()) {
    const isWrong = copies.some(({ labels }) => labelKeys.some((key) => labels[key] !== wanted[key]));
    doubled += copies.length - 1;
    if (isWrong) wrong += 1;
    else if (copies.length === 1) right += 1;
  }
  return { written: lines, right, lost: lines - records.size, doubled, wrong };
}

function add(a: LabelTruth, b: LabelTruth): LabelTruth {
  return {
    written: a.written + b.written,
    right: a.right + b.right,
    lost: a.lost + b.lost,
    doubled: a.doubled + b.doubled,
    wrong: a.wrong + b.wrong,
  };
}

export function formatLabelTruth({ written, right, lost, doubled, wrong }: LabelTruth): string {
  // Rounded down: 100 % is said only of all.
  const percent = written === 0 ? 0 : Math.floor((right / written) * 10_000) / 100;
  return `label truth: ${right} of ${written} lines (${percent} %), lost ${lost}, doubled ${doubled}, wrong ${wrong}`;
}
