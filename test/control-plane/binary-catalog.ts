/** What each binary is: how its version is asked for and recognised, where it is released, how it is built. */
import { versions } from './versions.ts';

export type BinaryName =
  'etcd' | 'kube-apiserver' | 'kubectl' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok' | 'helm';

export interface BinarySpec {
  readonly name: BinaryName;
  /** Exactly what is built. */
  readonly version: string;
  readonly versionArguments: readonly string[];
  /** Matches what the version arguments print, for every version that is good enough. */
  readonly fits: RegExp;
  readonly goPackage: string;
  /** A module of its own, installed by `package@version`; otherwise a tool of go.mod beside this file. */
  readonly standalone: boolean;
  readonly linkerFlags: readonly string[];
  /** How long the first build takes on two cores, with nothing in Go's build cache; for the estimates shown. */
  readonly coldBuildSeconds: number;
}

const [, kubernetesMajor = '', kubernetesMinor = ''] = /^v(\d+)\.(\d+)\./.exec(versions.kubernetes) ?? [];
const versionPackage = 'k8s.io/component-base/version';
const kubernetesFlags = Object.entries({
  gitVersion: versions.kubernetes,
  gitMajor: kubernetesMajor,
  gitMinor: kubernetesMinor,
  gitTreeState: 'clean',
}).map(([key, value]) => `-X ${versionPackage}.${key}=${value}`);

function kubernetes(
  name: BinaryName,
  coldBuildSeconds: number,
  versionArguments = ['--version'],
): BinarySpec {
  return {
    name,
    version: versions.kubernetes,
    versionArguments,
    fits: new RegExp(`v${kubernetesMajor}\\.${kubernetesMinor}\\.\\d+`),
    goPackage: `k8s.io/kubernetes/cmd/${name}`,
    standalone: false,
    linkerFlags: kubernetesFlags,
    coldBuildSeconds,
  };
}

const etcd: BinarySpec = {
  name: 'etcd',
  version: versions.etcd,
  versionArguments: ['--version'],
  fits: /etcd Version: 3\./,
  goPackage: 'go.etcd.io/etcd/server/v3',
  standalone: false,
  linkerFlags: [],
  coldBuildSeconds: 40,
};

const kwok: BinarySpec = {
  name: 'kwok',
  version: versions.kwok,
  versionArguments: ['--version'],
  fits: new RegExp(`v?${versions.kwok.slice(1).replaceAll('.', '\\.')}\\b`),
  goPackage: 'sigs.k8s.io/kwok/cmd/kwok',
  standalone: true,
  linkerFlags: [],
  coldBuildSeconds: 140,
};

const helm: BinarySpec = {
  name: 'helm',
  version: versions.helm,
  versionArguments: ['version', '--short'],
  fits: /v4\.\d+\.\d+/,
  goPackage: 'helm.sh/helm/v4/cmd/helm',
  standalone: true,
  linkerFlags: [`-X helm.sh/helm/v4/internal/version.version=${versions.helm}`],
  coldBuildSeconds: 100,
};

/** In the order in which they are built: what a control plane needs first comes first. */
export const catalog: readonly BinarySpec[] = [
  etcd,
  kubernetes('kube-apiserver', 330),
  kubernetes('kube-controller-manager', 85),
  kubernetes('kube-scheduler', 10),
  kubernetes('kubectl', 25, ['version', '--client']),
  kwok,
  helm,
];

export const binaryNames: readonly BinaryName[] = catalog.map(({ name }) => name);

/** The entry of one binary. */
export function specOf(name: BinaryName): BinarySpec {
  const spec = catalog.find((candidate) => candidate.name === name);
  if (spec === undefined) throw new Error(`${name} is not in the catalog of control plane binaries.`);
  return spec;
}
