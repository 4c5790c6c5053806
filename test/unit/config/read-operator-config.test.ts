import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config/config-error.ts';
import { operatorOptions } from '../../../src/config/operator-options.ts';
import { defaultOwnerKinds } from '../../../src/config/owner-kinds.ts';
import {
  type OperatorConfig,
  readOperatorConfig,
  renderOperatorHelp,
} from '../../../src/config/read-operator-config.ts';
import { environmentNames, type Environment } from '../../../src/config/read-options.ts';
import { isHelpRequested } from '../../../src/config/render-help.ts';

const required = ['--cluster-name=my-cluster', '--region=us-east-1'];

function read(argv: readonly string[] = [], env: Environment = {}): OperatorConfig {
  return readOperatorConfig({ argv: [...required, ...argv], env, hostname: 'operator-0' });
}

function problemsOf(argv: readonly string[], env: Environment = {}): readonly string[] {
  try {
    readOperatorConfig({ argv, env, hostname: 'operator-0' });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1, -1);
    throw error;
  }
}

describe('with nothing but cluster name and region', () => {
  it('everything has its default', () => {
    expect(read()).toEqual({
      clusterName: 'my-cluster',
      region: 'us-east-1',
      logGroupName: 'my-cluster',
      namespace: 'cortex-logging',
      podName: 'operator-0',
      enforcement: 'ClaimedOnly',
      excludedNamespaces: ['kube-system', 'kube-public', 'kube-node-lease', 'cortex-logging'],
      ownerKinds: defaultOwnerKinds,
      denyForged: false,
      patchConcurrency: 16,
      removalGraceSeconds: 60,
      removalBrakePercent: 20,
      removalsPerSecond: 10,
      admission: true,
      admissionHost: '0.0.0.0',
      admissionPort: 9443,
      admissionService: 'cortex-logging-operator',
      admissionWebhook: 'cortex-logging-operator',
      admissionSecret: 'cortex-logging-operator-admission',
      admissionCertificates: 'Own',
      admissionExtraNames: ['localhost'],
      admissionAuthorityDays: 365,
      admissionLeafDays: 7,
      admissionDrainSeconds: 5,
      resyncMinutes: 10,
      logGroupResyncSeconds: 60,
      healthPort: 8080,
      healthHost: '0.0.0.0',
      logLevel: 'info',
      leaderElect: true,
      leaseName: 'cortex-logging-operator',
      awsEndpointUrl: undefined,
      kubeconfig: undefined,
      kubeServer: undefined,
    });
  });
});

describe('a setting', () => {
  const given: [string, string, Partial<OperatorConfig>][] = [
    ['log-group-name', '/my/group#1', { logGroupName: '/my/group#1' }],
    ['pod-name', 'operator-abc', { podName: 'operator-abc' }],
    ['enforcement', 'ManagedNamespaces', { enforcement: 'ManagedNamespaces' }],
    ['enforcement', 'Cluster', { enforcement: 'Cluster' }],
    ['excluded-namespaces', 'a, b,,a', { excludedNamespaces: ['a', 'b', 'cortex-logging'] }],
    [
      'owner-kinds',
      'cronjobs.v1.batch/CronJob',
      {
        ownerKinds: [
          { group: 'batch', version: 'v1', resource: 'cronjobs', kind: 'CronJob', scheduler: true },
        ],
      },
    ],
    ['patch-concurrency', '256', { patchConcurrency: 256 }],
    ['removal-grace-seconds', '0', { removalGraceSeconds: 0 }],
    ['removal-brake-percent', '100', { removalBrakePercent: 100 }],
    ['removals-per-second', '1000', { removalsPerSecond: 1000 }],
    ['deny-forged', 'true', { denyForged: true }],
    ['admission', 'false', { admission: false }],
    ['admission-certificates', 'CertManager', { admissionCertificates: 'CertManager' }],
    ['admission-extra-names', 'a.example, 10.0.0.1', { admissionExtraNames: ['a.example', '10.0.0.1'] }],
    ['admission-leaf-days', '0.5', { admissionLeafDays: 0.5 }],
    ['admission-drain-seconds', '0', { admissionDrainSeconds: 0 }],
    ['resync-minutes', '0.05', { resyncMinutes: 0.05 }],
    ['log-group-resync-seconds', '0.5', { logGroupResyncSeconds: 0.5 }],
    ['health-port', '0', { healthPort: 0 }],
    ['health-host', '::1', { healthHost: '::1' }],
    ['log-level', 'debug', { logLevel: 'debug' }],
    ['leader-elect', 'false', { leaderElect: false }],
    ['lease-name', 'other.lease', { leaseName: 'other.lease' }],
    ['aws-endpoint-url', 'http://127.0.0.1:4566', { awsEndpointUrl: 'http://127.0.0.1:4566' }],
    ['kubeconfig', '/etc/kube/config', { kubeconfig: '/etc/kube/config' }],
    ['kube-server', 'https://127.0.0.1:6443', { kubeServer: 'https://127.0.0.1:6443' }],
  ];
  it.each(given)('--%s=%s is read from the command line', (flag, value, expected) => {
    expect(read([`--${flag}=${value}`])).toMatchObject(expected);
  });

  it.each(given)('%s=%s is read from the environment', (flag, value, expected) => {
    expect(read([], { [environmentNames({ flag })[0]!]: value })).toMatchObject(expected);
  });

  const fallbacks: [keyof OperatorConfig, string[]][] = [
    ['region', ['CORTEX_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']],
    ['namespace', ['CORTEX_NAMESPACE', 'POD_NAMESPACE']],
    ['podName', ['CORTEX_POD_NAME', 'POD_NAME']],
    ['awsEndpointUrl', ['CORTEX_AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_CLOUDWATCH_LOGS', 'AWS_ENDPOINT_URL']],
  ];
  it.each(fallbacks)('%s is taken from the first of %j that is set', (key, names) => {
    const value = (index: number) => {
      if (key === 'region') return `us-east-${index + 1}`;
      return key === 'awsEndpointUrl' ? `https://host-${index}` : `name-${index}`;
    };
    const argv = ['--cluster-name=a', ...(key === 'region' ? [] : ['--region=us-east-1'])];
    for (const first of names.keys()) {
      const env = Object.fromEntries(names.map((name, index) => [name, index < first ? '' : value(index)]));
      expect(readOperatorConfig({ argv, env, hostname: 'h' })[key]).toBe(value(first));
    }
  });

  it('given by flag wins over the environment', () => {
    expect(read(['--log-level=warn'], { CORTEX_LOG_LEVEL: 'error' }).logLevel).toBe('warn');
    expect(read([], { AWS_REGION: 'eu-west-1' }).region).toBe('us-east-1');
  });

  it('that is empty in the environment counts as unset', () => {
    expect(read([], { CORTEX_LOG_LEVEL: '', CORTEX_KUBECONFIG: '' })).toMatchObject({
      logLevel: 'info',
      kubeconfig: undefined,
    });
  });

  it('that the environment has for someone else is no problem', () => {
    expect(read([], { CORTEX_SERVICE_HOST: '10.0.0.1', CORTEX_COLOUR: 'red' }).clusterName).toBe(
      'my-cluster',
    );
  });
});

describe('excluded namespaces', () => {
  it('always hold the own one, also when the list is empty', () => {
    expect(read(['--excluded-namespaces=', '--namespace=own']).excludedNamespaces).toEqual(['own']);
  });

  it('hold the own one once', () => {
    expect(read(['--excluded-namespaces=own,b', '--namespace=own']).excludedNamespaces).toEqual(['own', 'b']);
  });
});

describe('a value out of its range', () => {
  const bad: [string, string, string][] = [
    [
      'cluster-name',
      'my.cluster',
      'must be an EKS cluster name: 1 to 100 of a-z A-Z 0-9 - _, beginning with a letter or digit',
    ],
    [
      'region',
      'us-east',
      'must be the code of an AWS region, for example us-east-1, us-gov-west-1 or cn-north-1',
    ],
    ['region', 'us-east-1b', 'is an availability zone; must be the code of its region, us-east-1'],
    ['log-group-name', 'aws/mine', 'must not start with "aws/", which AWS keeps for itself'],
    ['log-group-name', 'a b', 'has the character " "; legal are a-z A-Z 0-9 _ - / . #'],
    [
      'namespace',
      'Own',
      'must be a DNS label (RFC 1123): 1 to 63 of a-z 0-9 -, beginning and ending with a letter or digit',
    ],
    ['enforcement', 'cluster', 'must be ClaimedOnly or ManagedNamespaces or Cluster'],
    [
      'excluded-namespaces',
      'a,B,c_',
      'has "B", "c_"; each item must be a DNS label (RFC 1123): 1 to 63 of a-z 0-9 -, beginning and ending with a letter or digit',
    ],
    [
      'owner-kinds',
      'deployments.apps/Deployment',
      'must be resource.version.group/Kind, for example deployments.v1.apps/Deployment or replicationcontrollers.v1./ReplicationController',
    ],
    ['patch-concurrency', '0', 'must be a whole number from 1 to 256'],
    ['patch-concurrency', '257', 'must be a whole number from 1 to 256'],
    ['patch-concurrency', '1.5', 'must be a whole number from 1 to 256'],
    ['patch-concurrency', '1e2', 'must be a whole number from 1 to 256'],
    ['patch-concurrency', ' 16', 'must be a whole number from 1 to 256'],
    ['removal-grace-seconds', '-1', 'must be a whole number from 0 to 86400 (seconds)'],
    ['removal-brake-percent', '101', 'must be a whole number from 0 to 100 (percent)'],
    ['removals-per-second', '0', 'must be a whole number from 1 to 1000'],
    ['resync-minutes', '0', 'must be a number from 0.01 to 1440 (minutes)'],
    ['resync-minutes', 'NaN', 'must be a number from 0.01 to 1440 (minutes)'],
    ['log-group-resync-seconds', 'Infinity', 'must be a number from 0.1 to 86400 (seconds)'],
    ['health-port', '65536', 'must be a whole number from 0 to 65535'],
    ['health-port', '0x50', 'must be a whole number from 0 to 65535'],
    ['health-host', 'a b', 'must be an IP address or a host name'],
    ['log-level', 'INFO', 'must be debug or info or warn or error'],
    ['leader-elect', 'yes', 'must be true or false'],
    [
      'lease-name',
      'Lease',
      'must be a DNS name (RFC 1123): labels of a-z 0-9 - with dots between, at most 253 characters',
    ],
    ['aws-endpoint-url', 'localhost:4566', 'must be an http or https URL without user, query or fragment'],
    ['kubeconfig', '', 'must be the path of a file'],
    ['kube-server', 'https://u:p@host', 'must be an http or https URL without user, query or fragment'],
  ];
  it.each(bad)('--%s=%s is refused with its name, value and range', (flag, value, problem) => {
    const others = required.filter((argument) => !argument.startsWith(`--${flag}=`));
    const option = Object.values(operatorOptions).find((one) => one.flag === flag)!;
    const names = `--${flag} (or ${environmentNames(option).join(', ')})`;
    expect(problemsOf([...others, `--${flag}=${value}`])).toEqual([
      `  ${names}: ${JSON.stringify(value)} ${problem}`,
    ]);
  });

  it('names the variable that it came from', () => {
    expect(problemsOf(required, { AWS_ENDPOINT_URL: 'nowhere' })[0]).toContain(
      '"nowhere" in AWS_ENDPOINT_URL must be',
    );
  });

  it('is cut when it is long', () => {
    expect(problemsOf([...required, `--log-level=${'x'.repeat(1_000)}`])[0]?.length).toBeLessThan(250);
  });

  it('that Kubernetes made for a Service is explained', () => {
    expect(problemsOf(required, { CORTEX_HEALTH_PORT: 'tcp://10.0.0.1:8080' })[0]).toContain(
      'set enableServiceLinks: false',
    );
  });
});

describe('one port for two servers', () => {
  const problem =
    '  --admission-port (or CORTEX_ADMISSION_PORT): "8080" is the --health-port too; choose another, or 0 for a free one';

  it('is refused, with every other problem', () => {
    expect(problemsOf([...required, '--admission-port=8080'])).toEqual([problem]);
    expect(problemsOf([...required, '--admission-port=8080', '--log-level=loud'])).toEqual([
      expect.stringContaining('--log-level'),
      problem,
    ]);
  });

  it('is refused where one of them is bound to all addresses', () => {
    const ports = ['--admission-port=8080', '--health-port=8080'];
    expect(problemsOf([...required, ...ports, '--health-host=127.0.0.1'])).toEqual([problem]);
    expect(problemsOf([...required, ...ports, '--health-host=::', '--admission-host=10.0.0.1'])).toEqual([
      problem,
    ]);
  });

  it.each([
    ['a free one is asked for by both', ['--admission-port=0', '--health-port=0']],
    ['there is no admission', ['--admission-port=8080', '--admission=false']],
    [
      'they are bound to different addresses',
      ['--admission-port=8080', '--health-host=127.0.0.1', '--admission-host=10.0.0.1'],
    ],
  ])('is fine where %s', (_, argv) => {
    expect(problemsOf([...required, ...argv])).toEqual([]);
  });
});

describe('problems', () => {
  it('are told all at once', () => {
    const problems = problemsOf(['--regoin=us-east-1', 'stray', '--health-port=x', '--lease-name'], {
      CORTEX_LOG_LEVEL: 'loud',
    });
    expect(problems.map((line) => line.trim().split(/[ :]/)[0])).toEqual([
      '--regoin',
      '"stray"',
      '--lease-name',
      '--cluster-name',
      '--region',
      '--health-port',
      '--log-level',
    ]);
  });

  it('of a required setting that is missing name every way to give it', () => {
    expect(problemsOf(['--cluster-name=a'])).toEqual([
      '  --region (or CORTEX_REGION, AWS_REGION, AWS_DEFAULT_REGION): is required; must be the code of an AWS region, for example us-east-1, us-gov-west-1 or cn-north-1',
    ]);
  });

  it('make one message that begins with their number and ends with the next step', () => {
    expect(() => read(['--log-level=loud'])).toThrow(
      /^the configuration has 1 problem:\n {2}--log-level .*\nSee --help for all settings\.$/,
    );
    expect(() => readOperatorConfig({ argv: [], env: {}, hostname: 'h' })).toThrow(
      /^the configuration has 2 problems:\n/,
    );
  });
});

describe('help', () => {
  it.each([[['--help']], [['-h']], [['--region', '--help']]])('is requested by %j', (argv) => {
    expect(isHelpRequested(argv)).toBe(true);
  });

  it('is not requested by anything else', () => {
    expect(isHelpRequested(['--region=us-east-1'])).toBe(false);
  });

  it.each(Object.values(operatorOptions))('names --$flag with its range, default and variables', (option) => {
    const lines = renderOperatorHelp().split('\n');
    const at = lines.indexOf(`  --${option.flag}`);
    const [, help, legal, fallback, environment] = lines.slice(at).map((line) => line.trim());
    expect(at).toBeGreaterThan(0);
    expect(help).toBe(option.help);
    expect(legal).toBe(`legal: ${option.legal}`);
    expect(fallback).toMatch(/^default: .+/);
    expect(environment).toBe(`environment: ${environmentNames(option).join(', ')}`);
  });

  it('shows defaults that can be given back', () => {
    const shown = Object.values(operatorOptions)
      .filter((option) => option.fallback !== undefined && option.fallback.value !== undefined)
      .map((option) => `--${option.flag}=${option.fallback!.shown}`);
    expect(read(shown)).toEqual(read());
  });
});
