/** Jest's global teardown of the integration project. */
import type {} from './start-shared-control-plane.ts';

export default async function stopSharedControlPlane(): Promise<void> {
  await globalThis.sharedControlPlane?.stop();
}
