/** Preloaded (`node --import`) into programs that must not outlive the process that started them. */
import { watchParent } from './watch-parent.mjs';

watchParent(() => process.kill(process.pid, 'SIGTERM'));
