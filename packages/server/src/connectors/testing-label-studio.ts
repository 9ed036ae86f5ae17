import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface StandInTask {
  id: number;
  data: Record<string, unknown>;
  meta: Record<string, unknown>;
  total_annotations: number;
  draft_exists: boolean;
}
interface Filter {
  filter: string;
  operator: string;
  value: unknown;
}
type Send = (status: number, body: unknown, headers?: Record<string, string>) => void;

/** A personal access token has three parts. */
export const PERSONAL_TOKEN = 'stand-in.personal.token';
export const LEGACY_TOKEN = 'a'.repeat(40);

/**
 * Answers as Label Studio 1.23 does, as far as Mooring asks: the exchange of tokens, one project, its tasks, and the
 * deletion of some. Seen of the real one, which `test/foreign/label-studio.ts` is about.
 */
export async function startLabelStudio() {
  const tasks = new Map<number, StandInTask>();
  const requests: string[] = [];
  let nextId = 41;
  let access = 0;
  const it = {
    url: '',
    tasks,
    requests,
    /** What the project shows, by the tags of its labeling interface. */
    inputs: [{ type: 'Image', value: 'image' }],
    /** Called before a request is answered, and after it was; it may answer by itself and say true. */
    before: async (_what: string, _send: Send, _request: IncomingMessage): Promise<boolean> => false,
    after: async (_what: string, _request: IncomingMessage): Promise<void> => {},
    /** Access tokens from before stop to work. */
    endAccess: () => void access++,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://stand-in');
    const what = `${request.method} ${pathname}`;
    requests.push(what);
    const send: Send = (status, body, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    const body: unknown = JSON.parse((await text(request)) || 'null');
    if (await it.before(what, send, request)) return;
    if (what === 'POST /api/token/refresh') {
      if ((body as { refresh: string }).refresh !== PERSONAL_TOKEN)
        return send(401, { detail: 'Token is invalid' });
      return send(200, { access: `access-${access}` });
    }
    const { authorization } = request.headers;
    if (authorization !== `Token ${LEGACY_TOKEN}` && authorization !== `Bearer access-${access}`)
      return send(401, { detail: 'Given token not valid for any token type' });
    const result = route(what, searchParams, body);
    await it.after(what, request);
    send(result.status, result.body);
  }

  function route(what: string, query: URLSearchParams, body: unknown): { status: number; body: unknown } {
    const taskId = Number(/^(?:GET|PATCH) \/api\/tasks\/(\d+)$/.exec(what)?.[1]);
    if (what === 'GET /api/projects/7')
      return ok({ id: 7, title: 'Cats', parsed_label_config: { choice: { inputs: it.inputs } } });
    if (what.startsWith('GET /api/projects/')) return gone('No Project matches the given query.');
    if (what === 'POST /api/projects/7/import') return create(body as StandInTask[]);
    if (what === 'GET /api/tasks') return ok(list(query));
    if (what === 'POST /api/dm/actions') return ok(remove(body as Parameters<typeof remove>[0]));
    const task = tasks.get(taskId);
    if (!task) return gone('No Task matches the given query.');
    if (what.startsWith('PATCH')) Object.assign(task, body);
    return ok(task);
  }

  function create(contents: Pick<StandInTask, 'data' | 'meta'>[]) {
    for (const { value } of it.inputs) {
      const wrong = contents.findIndex(({ data }) => !(value in data));
      const error = `Error at item ${wrong}: "${value}" key is expected in task data :: ${JSON.stringify(contents[wrong])}`;
      if (wrong >= 0)
        return { status: 400, body: { detail: 'Validation error', validation_errors: { a: [error] } } };
    }
    const ids = contents.map(({ data, meta }) => {
      const id = nextId++;
      tasks.set(id, { id, data, meta, total_annotations: 0, draft_exists: false });
      return id;
    });
    return { status: 201, body: { task_count: ids.length, task_ids: ids } };
  }

  function list(query: URLSearchParams) {
    const { ordering, filters, selectedItems } = JSON.parse(query.get('query') ?? '{}') as {
      ordering?: string[];
      filters?: { items: Filter[] };
      selectedItems?: { included: number[] };
    };
    const found = [...tasks.values()]
      .filter(task => !selectedItems || selectedItems.included.includes(task.id))
      .filter(task => (filters?.items ?? []).every(filter => matches(task, filter)))
      .toSorted((a, b) => (ordering?.[0] === '-tasks:id' ? b.id - a.id : a.id - b.id));
    return { total: found.length, tasks: found.slice(0, Number(query.get('page_size'))) };
  }

  function remove({
    selectedItems,
    filters,
  }: {
    selectedItems: { included: number[] };
    filters: { items: Filter[] };
  }) {
    // As the real one: an empty list stands for all tasks.
    const { included } = selectedItems;
    const doomed = [...tasks.values()].filter(
      task =>
        (included.length === 0 || included.includes(task.id)) &&
        filters.items.every(filter => matches(task, filter)),
    );
    for (const { id } of doomed) tasks.delete(id);
    return { processed_items: doomed.length };
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.destroy(error as Error));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  it.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return it;
}
export type StandIn = Awaited<ReturnType<typeof startLabelStudio>>;

const ok = (body: unknown) => ({ status: 200, body });
const gone = (detail: string) => ({ status: 404, body: { detail } });

function matches(task: StandInTask, { filter, operator, value }: Filter): boolean {
  const name = filter.replace('filter:tasks:', '');
  const found = name === 'cancelled_annotations' ? 0 : task[name as 'id'];
  return operator === 'greater' ? Number(found) > Number(value) : found === value;
}
