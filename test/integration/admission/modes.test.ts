/** One control plane for all that depends on the mode of enforcement; an operator for each mode, one after the other. */
import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { podsHaveTheirLabelsAtBirth } from './births.ts';
import * as labels from './forged-labels.ts';
import { controllersKeepTheirPods, refusedPodsMakeNoStorm } from './kept-selectors.ts';
import { ModeWorld } from './mode-world.ts';

jest.setTimeout(180_000);

let opened: ModeWorld;
const world = () => opened;

beforeAll(async () => {
  opened = await ModeWorld.open();
});
afterAll(() => opened.close());

function operatorRunsWith(...flags: readonly string[]): void {
  beforeAll(() => opened.restart(flags));
}

describe('under ClaimedOnly', () => {
  operatorRunsWith('--enforcement=ClaimedOnly');
  labels.claimedPodsAreKeptRight(world);
  labels.forgedOwnersGiveNothing(world);
  describe('while the webhook is there', () => podsHaveTheirLabelsAtBirth(world));
  describe('by the match rule', () => controllersKeepTheirPods(world));
});

describe('under ManagedNamespaces', () => {
  operatorRunsWith('--enforcement=ManagedNamespaces');
  labels.forgedLabelsGoWhereResourcesStand(world);
  describe('by the match rule', () => controllersKeepTheirPods(world));
});

describe('under Cluster', () => {
  operatorRunsWith('--enforcement=Cluster');
  labels.forgedLabelsGoEverywhere(world);
  describe('by the match rule', () => controllersKeepTheirPods(world));
});

describe('under Cluster with denyForged', () => {
  operatorRunsWith('--enforcement=Cluster', '--deny-forged=true');
  labels.forgedPodsAreRefused(world);
  describe('by the match rule', () => refusedPodsMakeNoStorm(world));
});
