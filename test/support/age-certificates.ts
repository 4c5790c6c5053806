/** Certificates of admission that are older than they are, so that tests need not wait for what time does to them. */
import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import {
  issueLeaf,
  readMaterial,
  writeMaterial,
  type Authority,
  type Material,
} from '../../src/admission/certificate-material.ts';
import { encodeCertificate } from '../../src/admission/encode-certificate.ts';
import type { AnyObject } from '../control-plane/kube-client.ts';
import type { ControlPlaneConnection } from '../control-plane/connect-to-control-plane.ts';
import { certificateSecret } from './admission-stage.ts';

export interface Age {
  readonly bornMsAgo: number;
  /** Negative: it has ended. */
  readonly endsInMs: number;
}

type Admin = Pick<ControlPlaneConnection, 'admin'>;

export async function storedMaterial({ admin }: Admin): Promise<Material> {
  const found = await admin.get<AnyObject & { data?: Record<string, string> }>(certificateSecret);
  const decode = ([key, value]: [string, string]) => [key, Buffer.from(value, 'base64').toString()] as const;
  return readMaterial(Object.fromEntries(Object.entries(found?.data ?? {}).map(decode)));
}

/** The leaf becomes another one of the same authority. Returns its fingerprint. */
export async function ageLeaf(controlPlane: Admin, { bornMsAgo, endsInMs }: Age): Promise<string> {
  const { authority, ...material } = await storedMaterial(controlPlane);
  if (!authority || !material.leaf) throw new Error('There are no certificates yet.');
  const leafMs = bornMsAgo + endsInMs;
  const lifetimes = {
    ...{ authorityMs: leafMs, leafMs, backdateMs: 0 },
    pollMs: 0,
    settleMs: 0,
    overlapMs: 0,
  };
  const leaf = issueLeaf(authority, material.leaf.names, Date.now() - bornMsAgo, lifetimes);
  await store(controlPlane, { ...material, authority, leaf });
  return leaf.fingerprint;
}

/** The authority becomes one of the same name and key, so that its leaves stay good. Returns it, as PEM. */
export async function ageAuthority(controlPlane: Admin, age: Age): Promise<string> {
  const { authority, ...material } = await storedMaterial(controlPlane);
  if (!authority) throw new Error('There is no authority yet.');
  const aged = { ...authority, pem: agedTwin(authority, age) };
  await store(controlPlane, { ...material, authority: aged, trusted: [aged, ...material.trusted] });
  return aged.pem;
}

function agedTwin({ pem, key }: Authority, { bornMsAgo, endsInMs }: Age): string {
  const { subject, publicKey } = new X509Certificate(pem);
  const name = subject.replace(/^CN=/, '');
  const now = Date.now();
  return encodeCertificate(
    {
      ...{ subject: name, publicKey, serialNumber: randomBytes(16), purpose: 'authority' },
      notBefore: new Date(now - bornMsAgo),
      notAfter: new Date(now + endsInMs),
    },
    { subject: name, publicKey, privateKey: createPrivateKey(key) },
  );
}

async function store({ admin }: Admin, material: Material): Promise<void> {
  const encode = ([key, value]: [string, string]) => [key, Buffer.from(value).toString('base64')] as const;
  const data = Object.fromEntries(Object.entries(writeMaterial(material)).map(encode));
  await admin.patch(certificateSecret, { data });
}
