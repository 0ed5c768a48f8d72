/**
 * A server laid out like the Hugging Face hub: its tree API in pages, files behind a redirect, ranges and ETags. It can
 * misbehave as the network does.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HubServer {
  url: string;
  requests: { method: string; url: string; range: string | undefined; authorization: string | undefined }[];
  /** Connections that break after so many bytes of a file, one after the other. */
  breakAfter: number[];
  /** Answers that fail with this status, one after the other. */
  failWith: number[];
  /** Called when a connection breaks. */
  onBreak: () => void;
  /** Without: answers to ranges hold the whole file. */
  ranges: boolean;
  close(): Promise<void>;
}

/** @param files contents by path in the dataset `team/data`, revision `main` */
export async function startHub(files: Map<string, Uint8Array>, pageSize = 2): Promise<HubServer> {
  const hub: HubServer = {
    url: '',
    requests: [],
    breakAfter: [],
    failWith: [],
    onBreak: () => {},
    ranges: true,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://hub');
    const { range, authorization } = request.headers;
    hub.requests.push({ method: request.method!, url: request.url!, range, authorization });
    const status = hub.failWith.shift();
    if (status !== undefined) return void response.writeHead(status).end('no');
    const path = decodeURIComponent(url.pathname);
    const tree = /^\/api\/datasets\/team\/data\/tree\/main\/?(.*)$/.exec(path);
    if (tree !== null) return sendTree(response, url, tree[1]!);
    const resolve = /^\/datasets\/team\/data\/resolve\/main\/(.*)$/.exec(path);
    if (resolve !== null) return void response.writeHead(302, { location: `/blob/${resolve[1]!}` }).end();
    const content = files.get(path.replace('/blob/', ''));
    if (content === undefined) return void response.writeHead(404).end('not here');
    sendFile(request, response, content);
  });

  function sendTree(response: ServerResponse, url: URL, folder: string): void {
    const below = folder === '' ? '' : `${folder}/`;
    const recursive = url.searchParams.get('recursive') === 'true';
    const entries = new Map<string, object>();
    for (const [path, content] of [...files].sort()) {
      if (!path.startsWith(below)) continue;
      const parts = path.slice(below.length).split('/');
      for (let i = 1; i < parts.length; i++) {
        const directory = below + parts.slice(0, i).join('/');
        if (i === 1 || recursive)
          entries.set(directory, { type: 'directory', path: directory, oid: '0', size: 0 });
      }
      if (recursive || parts.length === 1)
        entries.set(path, { type: 'file', path, oid: sha(content), size: content.length });
    }
    if (entries.size === 0) return void response.writeHead(404).end('{"error":"Entry not found"}');
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const page = [...entries.values()].slice(from, from + pageSize);
    url.searchParams.set('cursor', String(from + pageSize));
    const link =
      from + pageSize < entries.size ? { link: `<${hub.url}${url.pathname}${url.search}>; rel="next"` } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...link }).end(JSON.stringify(page));
  }

  function sendFile(request: IncomingMessage, response: ServerResponse, content: Uint8Array): void {
    const range = hub.ranges ? /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') : null;
    const from = range === null ? 0 : Number(range[1]);
    const to = range?.[2] ? Number(range[2]) + 1 : content.length;
    const part = content.subarray(from, to);
    const headers: Record<string, string> = {
      etag: `"${sha(content)}"`,
      'content-length': String(part.length),
    };
    if (hub.ranges) headers['accept-ranges'] = 'bytes';
    if (range !== null)
      headers['content-range'] = `bytes ${from}-${from + part.length - 1}/${content.length}`;
    response.writeHead(range === null ? 200 : 206, headers);
    if (request.method === 'HEAD') return void response.end();
    const stop = hub.breakAfter.shift();
    if (stop === undefined || stop >= part.length) return void response.end(part);
    response.write(part.subarray(0, stop), () => {
      hub.onBreak();
      setTimeout(() => request.socket.destroy(), 20);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return hub;
}

function sha(content: Uint8Array): string {
  return createHash('sha1').update(content).digest('hex');
}
