import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '../control-plane/wait-for.ts';
import { clusterName, region } from './names.ts';
import { findLogGroup, readResources, type Resource } from './observe-world.ts';
import { sceneOfEnvironment } from './scene.ts';

const scene = sceneOfEnvironment();
let resources: readonly Resource[];

beforeAll(async () => {
  const settled = async () => {
    const all = await readResources(scene);
    return all.every(({ isSettled }) => isSettled) && all;
  };
  resources = await waitFor(settled, { describe: 'every resource to be Ready, with all its pods labeled' });
});

afterAll(() => scene.close());

describe('resources', () => {
  it('count their pods, and APIs those of their jobs', () => {
    expect(Object.fromEntries(resources.map(({ id, pods }) => [id, pods]))).toEqual({
      'RealtimeAPI text-generator': '2/2',
      'RealtimeAPI feature-store': '2/2',
      'AsyncAPI video-captioner': '2/2',
      'BatchAPI image-classifier': '4/4',
      'BatchAPI sentiment-analyzer': '2/2',
      'BatchAPI report-builder': '2/2',
      'TaskAPI churn-trainer': '1/1',
      'TaskAPI recommender-trainer': '1/1',
      'BatchJob reviews-of-november': '2/2',
      'TaskJob training-of-november': '1/1',
      'LogGroup default': undefined,
    });
  });

  it('show how to read their records', () => {
    for (const { id, apiName, logs } of resources.filter((each) => !each.id.startsWith('LogGroup'))) {
      expect(logs?.logGroupName).toBe(clusterName);
      expect(logs?.query).toContain(`labels.apiName="${apiName ?? id.split(' ')[1] ?? ''}"`);
      expect(logs?.url).toContain(`https://console.aws.amazon.com/cloudwatch/home?region=${region}#`);
    }
  });
});

describe('the log group', () => {
  it('is as the LogGroup declares it', async () => {
    expect(await findLogGroup(scene)).toMatchObject({
      retentionInDays: 30,
      logGroupClass: 'STANDARD',
      tags: { team: 'ml-platform', 'cost-center': '4711', 'cortex.dev/cluster': expect.any(String) },
    });
  });
});
