import { z } from 'zod';
import { browserProbe, browserResults, checkRun, objectTest, objectTestRequest } from './check.ts';
import { id } from './common.ts';
import { browsePage } from './connection.ts';
import { defineRoute } from './route.ts';

const params = z.object({ connectionId: id('connection') });

/** The browser's side of the checks, and looking around in a container. */
export const checkRoutes = {
  getBrowserProbe: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/browser-probe',
    tag: 'connections',
    summary: 'An object that the checks came across, with a URL for this browser to load',
    scope: 'write',
    params,
    status: 200,
    response: browserProbe,
  }),
  putBrowserResults: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/checks/browser',
    tag: 'connections',
    summary: "Store what a browser found, beside the server's results",
    description: 'The answer explains what both sides together say.',
    scope: 'write',
    params,
    body: browserResults,
    status: 200,
    response: checkRun,
  }),
  testObject: defineRoute({
    method: 'POST',
    path: '/v1/connections/:connectionId/test-object',
    tag: 'connections',
    summary: 'Put one object to the test, from the server and for this browser',
    scope: 'write',
    params,
    body: objectTestRequest,
    status: 200,
    response: objectTest,
  }),
  browseConnection: defineRoute({
    method: 'GET',
    path: '/v1/connections/:connectionId/browse',
    tag: 'connections',
    summary: 'One level of a container, straight from the storage',
    scope: 'write',
    params,
    query: z.strictObject({
      container: z.string().max(63).optional().meta({ description: "Default: the connection's container" }),
      prefix: z.string().max(1024).optional().meta({ description: "Default: the connection's prefix" }),
      cursor: z.string().max(10_000).optional(),
    }),
    status: 200,
    response: browsePage,
  }),
} as const;
