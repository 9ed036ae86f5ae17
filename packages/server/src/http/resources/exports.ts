import { EXPORT_FORMATS, type exportRoutes } from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';
import { byCaller } from '../audited.ts';
import type { Handlers } from '../route.ts';

export const exportHandlers = {
  exportAssets: async ({ services, caller, body, baseUrl, signal, request, reply }) => {
    const { addresses, format } = body;
    if (addresses.kind === 'link') {
      const link = await services.access.openLink(addresses.token);
      if (link.workspaceId !== caller.workspaceId) throw linkOfOthers();
    }
    const stream = await services.exports.open(caller.workspaceId, {
      ...{ request: body, baseUrl, signal },
      by: byCaller(caller, request),
    });
    // It is not sent where the audit cannot be written.
    reply.raw.once('close', () => stream.destroy());
    const { mediaType, extension } = EXPORT_FORMATS[format];
    reply.headers({
      'content-type': mediaType,
      'content-disposition': `attachment; filename="assets.${extension}"`,
    });
    return stream;
  },
} satisfies Handlers<typeof exportRoutes>;

const linkOfOthers = (): MooringError =>
  new MooringError('invalid_request', 'The link belongs to another workspace.', {
    fix: 'Make a link in this workspace.',
  });
