/**
 * Node's http, by `require`: an `import` of it reads all that the module exports, WebSocket among them, for which
 * Node then loads its own undici. Measured with Node 24.21: 14 MB of memory and 56 ms of CPU.
 */
import type * as http from 'node:http';
// As a whole: bundles have a name `createRequire` of their own.
import module from 'node:module';

export const { createServer } = module.createRequire(import.meta.url)('node:http') as typeof http;
