import { describe, expect, it } from '@jest/globals';
import { help, imageValues, readSettings } from '../../e2e/settings.ts';

describe('the settings of e2e', () => {
  it('are none without a cluster, whatever else is set', () => {
    expect(readSettings({ E2E_OPERATOR_IMAGE: 'operator:1' })).toBeUndefined();
    expect(readSettings({ E2E_KUBECONFIG: '' })).toBeUndefined();
  });

  it('need nothing but a cluster', () => {
    expect(readSettings({ E2E_KUBECONFIG: 'config' })).toEqual({
      kubeconfig: 'config',
      operatorImage: undefined,
      workloadImage: undefined,
      pullPolicy: 'IfNotPresent',
      hostAddress: undefined,
      awsEndpointUrl: undefined,
    });
  });

  it('are taken from the variables that the help names', () => {
    const env = {
      E2E_KUBECONFIG: 'config',
      E2E_OPERATOR_IMAGE: 'operator:1',
      E2E_WORKLOAD_IMAGE: 'busybox:1',
      E2E_IMAGE_PULL_POLICY: 'Never',
      E2E_HOST_ADDRESS: '10.0.0.1',
      E2E_AWS_ENDPOINT_URL: 'http://10.0.0.7:4510',
    };
    expect(Object.values(readSettings(env) ?? {})).toEqual(Object.values(env));
    for (const name of Object.keys(env)) expect(help).toContain(`  ${name} `);
  });

  it('are refused with all that is wrong', () => {
    const read = () =>
      readSettings({
        E2E_KUBECONFIG: 'config',
        E2E_IMAGE_PULL_POLICY: 'never',
        E2E_AWS_ENDPOINT_URL: '10.0.0.7:4510',
      });
    expect(read).toThrow(
      'E2E_IMAGE_PULL_POLICY is "never": it must be IfNotPresent, Always, Never.\n' +
        'E2E_AWS_ENDPOINT_URL is "10.0.0.7:4510": it must be like http://10.0.0.7:4510.',
    );
  });
});

describe("an image's name", () => {
  it.each([
    ['operator', { repository: 'operator', tag: 'latest' }],
    ['cortex-logging/operator:0.1.0', { repository: 'cortex-logging/operator', tag: '0.1.0' }],
    ['registry:5000/operator', { repository: 'registry:5000/operator', tag: 'latest' }],
    ['registry:5000/operator:dev', { repository: 'registry:5000/operator', tag: 'dev' }],
    ['operator@sha256:ab', { repository: 'operator', digest: 'sha256:ab' }],
    ['registry:5000/operator:dev@sha256:ab', { repository: 'registry:5000/operator', digest: 'sha256:ab' }],
  ])('%s becomes values of the chart', (image, values) => {
    expect(imageValues(image)).toEqual(values);
  });
});
