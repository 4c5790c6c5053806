/**
 * The parts of undici that are used, imported one by one: its index loads fetch, caches, mocks, proxies and web
 * sockets too. Beside `node:https`, index and parts cost 18 and 4 MB of memory, 146 and 62 ms of CPU. The paths are
 * not its public interface: the version is pinned, and the tests of transport.ts fail at import if they move.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';
  export default buildConnector;
}
