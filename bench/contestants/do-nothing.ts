/** The floor of what any program on Node takes. */
import { serveOrders } from '../processes/serve-orders.ts';

serveOrders({ residentBytes: () => process.memoryUsage().rss });
