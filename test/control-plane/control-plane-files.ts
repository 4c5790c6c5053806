/** The files that the components read: keys, certificates, tokens, policies. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditPolicy } from './audit-log.ts';
import { createAuthority } from './certificates.ts';
import type { Authority } from './certificates.ts';
import type { ControlPlaneFiles } from './component-flags.ts';
import { stages } from './kwok-stages.ts';

export interface WrittenFiles {
  readonly files: ControlPlaneFiles;
  readonly authority: Authority;
  readonly tokens: Tokens;
}

interface Tokens {
  readonly admin: string;
  readonly controllerManager: string;
  readonly scheduler: string;
  readonly kwok: string;
}

/** The names by which the API server's certificate is asked for. */
const serverNames = [
  '127.0.0.1',
  'localhost',
  '10.0.0.1',
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
];

/** Writes them all into a folder. */
export function writeControlPlaneFiles(folder: string): WrittenFiles {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  mkdirSync(join(folder, 'etcd'), { mode: 0o700 });
  const authority = createAuthority();
  const server = authority.issueServer(serverNames);
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tokens = newTokens();
  const files: ControlPlaneFiles = {
    folder,
    etcdData: join(folder, 'etcd'),
    tokens: write('tokens.csv', tokenFile(tokens)),
    auditPolicy: write('audit-policy.json', JSON.stringify(auditPolicy)),
    auditLog: join(folder, 'audit.log'),
    ca: write('ca.crt', authority.certificate),
    caKey: write('ca.key', authority.key),
    serverCertificate: write('server.crt', server.certificate),
    serverKey: write('server.key', server.key),
    serviceAccountKey: write('sa.key', keys.privateKey.export({ type: 'sec1', format: 'pem' }).toString()),
    serviceAccountPublicKey: write(
      'sa.pub',
      keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ),
    kwokConfig: write('kwok.yaml', stages.map((stage) => JSON.stringify(stage)).join('\n---\n')),
  };
  return { files, authority, tokens };
}

function newTokens(): Tokens {
  const token = () => randomBytes(24).toString('hex');
  return { admin: token(), controllerManager: token(), scheduler: token(), kwok: token() };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file */
function tokenFile({ admin, controllerManager, scheduler, kwok }: Tokens): string {
  return [
    `${admin},admin,1,system:masters`,
    `${controllerManager},system:kube-controller-manager,2`,
    `${scheduler},system:kube-scheduler,3`,
    `${kwok},kwok,4,system:masters`,
    '',
  ].join('\n');
}
