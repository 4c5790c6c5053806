import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkDockerfile } from './check-dockerfile.ts';
import { copySteps, lastOf, readStages, settingsOf } from '../../support/read-dockerfile.ts';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');
const stages = readStages(dockerfile);
const final = stages.at(-1)!;

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(read('package.json')) as Manifest;

describe('the rules for Dockerfiles', () => {
  const cases: readonly (readonly [name: string, from: string, to: string, finding: string])[] = [
    ['an unknown instruction', 'USER 65', 'USR 65', 'syntax'],
    ['a base image without a tag', ':nonroot', '', 'DL3006'],
    ['the newest base image, whatever it is', ':nonroot', ':latest', 'DL3007'],
    ['root', 'USER 65532:65532', 'USER root', 'DL3002'],
    ['root by number', 'USER 65532:65532', 'USER 0', 'DL3002'],
    ['a user by name', 'USER 65532:65532', 'USER nonroot', 'DL3002'],
    ['no user', 'USER 65532:65532\n', '', 'DL3002'],
    ['a relative folder to work in', 'WORKDIR /app', 'WORKDIR app', 'DL3000'],
    ['a copy to nowhere', 'WORKDIR /app\n', '', 'DL3045'],
    ['a shell before the program', '["/nodejs/bin/node", "/app/operator.js"]', 'node operator.js', 'DL3025'],
    ['ADD', 'COPY LICENSE', 'ADD LICENSE', 'DL3020'],
    ['a stage that is not there', '--from=build', '--from=builder', 'DL3022'],
    ['versions that are not locked', 'npm ci', 'npm install', 'DL3016'],
    ['sudo', 'npm ci', 'sudo npm ci', 'DL3004'],
    ['the whole context', 'COPY src src', 'COPY . .', 'context'],
    ['a secret in the environment', 'NODE_ENV=production', 'NPM_TOKEN=abc', 'secrets'],
  ];
  it.each(cases)('refuse %s', (_name, from, to, finding) => {
    const broken = dockerfile.replace(from, to);
    expect(broken).not.toBe(dockerfile);
    expect(checkDockerfile(broken)).toContainEqual(expect.stringMatching(`^${finding}`));
  });
});

describe('the Dockerfile', () => {
  it('keeps all rules', () => {
    expect(checkDockerfile(dockerfile)).toEqual([]);
  });

  it('builds with the Node that is tested with', () => {
    const [build] = stages;
    expect(build?.baseImage).toMatch(new RegExp(`^node:${manifest.devDependencies['node']}-`));
  });

  it('runs on a distroless Node of the same major version', () => {
    const major = manifest.devDependencies['node']?.split('.')[0];
    expect(final.baseImage).toMatch(new RegExp(`^gcr\\.io/distroless/nodejs${major}-debian\\d+:nonroot$`));
  });

  it('copies the bundle and the license into the image, and nothing else', () => {
    const sources = copySteps(final.instructions).flatMap((step) => step.sources);
    expect([...sources].sort()).toEqual(['/build/dist', 'LICENSE']);
  });

  it('says what the image is', () => {
    const labels = settingsOf(final.instructions, 'LABEL');
    const names = ['title', 'description', 'licenses', 'version', 'revision'];
    expect([...labels.keys()]).toEqual(names.map((name) => `org.opencontainers.image.${name}`));
    expect(settingsOf(final.instructions, 'ARG').get('VERSION')).toBe(manifest.version);
  });

  it('runs as the user that the chart asks for, on the port that it probes', () => {
    const deployment = read('deploy/helm/cortex-logging/templates/deployment.yaml');
    const [user, group] = lastOf(final.instructions, 'USER')?.split(':') ?? [];
    expect(deployment).toContain(`runAsUser: ${user}`);
    expect(deployment).toContain(`runAsGroup: ${group}`);
    expect(read('deploy/helm/cortex-logging/values.yaml')).toContain(
      `healthPort: ${lastOf(final.instructions, 'EXPOSE')}`,
    );
  });
});

describe('.dockerignore', () => {
  it('lets through what the Dockerfile copies, and nothing else', () => {
    const [first, ...exceptions] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const copied = stages
      .flatMap(({ instructions }) => copySteps(instructions))
      .filter(({ from }) => from === undefined)
      .flatMap(({ sources }) => sources);
    expect(first).toBe('*');
    expect([...exceptions].sort()).toEqual(copied.map((path) => `!${path}`).sort());
  });
});
