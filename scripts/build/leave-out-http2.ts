/** Keeps Node's HTTP/2 out of a bundle: a megabyte of memory for nothing. */
import type { Plugin } from 'esbuild';

/**
 * undici and AWS's client load it at their import, whether or not they are told to speak it, and neither is: the API
 * server and CloudWatch Logs are spoken to in HTTP/1.1. undici's own way without it is the empty `constants`.
 */
const substitute = `module.exports = {
  constants: {},
  connect() { throw new Error('HTTP/2 is not in this bundle: see scripts/build/leave-out-http2.ts'); },
};`;

const namespace = 'leave-out-http2';

export const leaveOutHttp2: Plugin = {
  name: namespace,
  setup: (build) => {
    build.onResolve({ filter: /^(?:node:)?http2$/ }, ({ path }) => ({ path, namespace }));
    build.onLoad({ filter: /.*/, namespace }, () => ({ contents: substitute }));
  },
};
