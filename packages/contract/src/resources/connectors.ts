import { z } from 'zod';
import { id, page, pageQuery, revision, timestamp } from '../common.ts';
import { defineRoute } from '../route.ts';
import { linkFilter } from './links.ts';
import { operation } from './operations.ts';

/** The tools that assets can be pushed to. */
export const TOOLS = ['label-studio'] as const;
export const tool = z.enum(TOOLS).meta({ id: 'Tool' });
export type Tool = z.infer<typeof tool>;

/** What becomes of a task whose asset has gone, or is not selected any more. */
export const WHEN_GONE = ['mark', 'remove'] as const;
const whenGone = z.enum(WHEN_GONE).meta({
  description:
    'Of a task whose asset has gone, or is not selected any more: `mark` sets `mooringStatus` of its data to `gone`; `remove` deletes it. Tasks with annotations or drafts are never deleted; they are marked',
});

const words = (most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .regex(/^[^\0\p{Cs}]*$/u, 'holds a NUL or half of a surrogate pair');

const token = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x21-\x7e]+$/, 'expected a token: ASCII without spaces')
  .meta({
    description: 'A personal access token of the tool, or a legacy token. It is sealed and never shown',
  });

const everySeconds = z
  .number()
  .int()
  .min(60)
  .max(30 * 86_400)
  .nullable()
  .meta({
    description: 'How often Mooring pushes by itself; null: only when asked',
  });

const tasks = z
  .object({
    present: z.number().int(),
    gone: z.number().int().meta({ description: 'Tasks that are marked, because their assets have gone' }),
    annotated: z.number().int().meta({ description: 'Tasks with an annotation, as of the latest push' }),
  })
  .meta({ id: 'ConnectorTasks' });

/** Where assets are pushed to, and what was pushed. */
export const connector = z
  .object({
    id: id('connector'),
    name: z.string(),
    tool,
    url: z.url().meta({ description: 'Of the tool, without a trailing slash' }),
    projectId: z.number().int(),
    projectTitle: z.string().meta({ description: 'As it was when Mooring last looked' }),
    filter: linkFilter.meta({ description: 'Which assets' }),
    whenGone,
    everySeconds,
    tasks,
    linkId: id('link').nullable().meta({
      description:
        'The link by which the tool opens the assets; null: it was revoked. The next push makes one',
    }),
    linkExpiresAt: timestamp.nullable().meta({ description: 'Pushes put it off' }),
    revision,
    lastPushAt: timestamp.nullable().meta({ description: 'When a push last came to its end' }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Connector' });
export type Connector = z.infer<typeof connector>;

export const connectorCreate = z.strictObject({
  name: words(120).meta({ description: 'Of one connector of the workspace' }),
  tool: tool.default('label-studio'),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .meta({ description: 'Where people open the tool, such as https://labels.example.com' }),
  token,
  projectId: z.number().int().min(1).max(2_147_483_647),
  filter: linkFilter.meta({ description: 'Which assets. With `datasetId`: those of its newest version' }),
  whenGone: whenGone.default('mark'),
  everySeconds: everySeconds.default(null),
});
export type ConnectorCreate = z.output<typeof connectorCreate>;

export const connectorUpdate = z.strictObject({ name: words(120), token, whenGone, everySeconds }).partial();
export type ConnectorUpdate = z.output<typeof connectorUpdate>;

const params = z.object({ connectorId: id('connector') });

/** Tools that assets are pushed to. */
export const connectorRoutes = {
  listConnectors: defineRoute({
    method: 'GET',
    path: '/v1/connectors',
    tag: 'connectors',
    summary: 'Connectors, newest first',
    action: 'connectors.see',
    query: pageQuery,
    status: 200,
    response: page(connector),
  }),
  createConnector: defineRoute({
    method: 'POST',
    path: '/v1/connectors',
    tag: 'connectors',
    summary: 'Make a connector to a project of a tool, after asking the tool for the project',
    description:
      'Nothing is pushed yet. It makes a link that opens the assets; the link ends with its maker.',
    action: 'connectors.change',
    body: connectorCreate,
    status: 201,
    response: connector,
    audit: 'connector.created',
  }),
  getConnector: defineRoute({
    method: 'GET',
    path: '/v1/connectors/:connectorId',
    tag: 'connectors',
    summary: 'One connector',
    action: 'connectors.see',
    params,
    status: 200,
    response: connector,
  }),
  updateConnector: defineRoute({
    method: 'PATCH',
    path: '/v1/connectors/:connectorId',
    tag: 'connectors',
    summary:
      'Rename a connector, replace its token, or change when it pushes and what becomes of gone assets',
    action: 'connectors.change',
    params,
    body: connectorUpdate,
    status: 200,
    response: connector,
    audit: 'connector.updated',
  }),
  deleteConnector: defineRoute({
    method: 'DELETE',
    path: '/v1/connectors/:connectorId',
    tag: 'connectors',
    summary: 'Remove a connector and revoke its link; the tasks stay in the tool',
    description: 'From then on the tool cannot open the assets any more.',
    action: 'connectors.change',
    params,
    status: 204,
    response: null,
    audit: 'connector.removed',
  }),
  pushConnector: defineRoute({
    method: 'POST',
    path: '/v1/connectors/:connectorId/push',
    tag: 'connectors',
    summary:
      'Push: make tasks of new assets, change those of changed ones, mark or remove those of gone ones',
    action: 'connectors.change',
    params,
    status: 202,
    response: operation,
    audit: 'connector.pushed',
  }),
} as const;
