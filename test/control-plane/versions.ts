/**
 * The versions of everything that a control plane is made of, in one place next to go.mod, which pins the same
 * versions of Kubernetes and etcd (a test keeps the two equal).
 */
export const versions = {
  kubernetes: 'v1.36.3',
  etcd: 'v3.6.8',
  kwok: 'v0.8.0',
  helm: 'v4.2.4',
} as const;

/** The oldest Go that builds them: `go` in go.mod. */
export const oldestGo = { major: 1, minor: 26 } as const;
