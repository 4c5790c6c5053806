import { describe, expect, it } from '@jest/globals';
import {
  comparePositions,
  LogStream,
  positionAfter,
  positionBefore,
} from '../../../../src/twin/state/log-stream.ts';
import { mergeStreams } from '../../../../src/twin/state/merge-streams.ts';
import { forSeeds, type Random } from '../../../support/seeded-random.ts';

function randomStreams({ below }: Random) {
  const streams = Array.from({ length: 1 + below(8) }, (_, index) => new LogStream(`s${index}`, 0));
  const count = below(200);
  for (let sequence = 1; sequence <= count; sequence++)
    streams[below(streams.length)]!.append({
      timestamp: below(20),
      ingestionTime: below(3),
      sequence,
      message: 'm',
    });
  return { streams, all: streams.flatMap(({ events }) => events).sort(comparePositions) };
}

describe('merged streams', () => {
  it('are in order from any place, in both directions', () =>
    forSeeds(40, (random) => {
      const { streams, all } = randomStreams(random);
      const places = Array.from({ length: 5 }, () => all[random.below(all.length)] ?? positionAfter(7));
      for (const from of [positionBefore(0), positionAfter(5), positionAfter(Infinity), ...places]) {
        const forward = [...mergeStreams(streams, from, 'forward')].map(({ event }) => event);
        const backward = [...mergeStreams(streams, from, 'backward')].map(({ event }) => event);
        expect(forward).toEqual(all.filter((event) => comparePositions(event, from) > 0));
        expect(backward).toEqual(all.filter((event) => comparePositions(event, from) < 0).reverse());
      }
    }));
});
