/** Serves the built pages of a web interface: hashed files for ever, the page itself anew each time, each as small as the browser takes it. */
import { existsSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findBuiltPages, type PageFile } from './built-pages.ts';

export type PagesSettings = {
  /** The folder below `dist/console`. */
  app: 'setup' | 'hub';
  /** Where they are mounted, without a slash at its end: `/setup`, or an empty text for the root. */
  base: string;
  /** As it is called in sentences: `Setup`. */
  name: string;
};

/** Beside the folder of the program, be it `src` or `dist`. */
const builtFolder = join(import.meta.dirname, '..', '..', 'dist', 'console');

const buildCommand = 'npm run build:pages';

/** What the pages may do: nothing that is not this server's own; no script and no style stands inside a page. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const standingHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/** How the pages are built that `app` has not yet, as a remark behind their address; nothing when they are there. */
export function remarkOnPages(app: PagesSettings['app'], built = builtFolder): string {
  return existsSync(join(built, app, 'index.html')) ? '' : `    (its pages are not built yet: ${buildCommand})`;
}

/** Answers GET and HEAD for all below the base that no other route answers; what is no page and no file of theirs is not found. */
export function mountPages(app: FastifyInstance, settings: PagesSettings): void {
  mountPagesOf(app, settings, builtFolder);
}

export function mountPagesOf(app: FastifyInstance, { app: name, base, name: title }: PagesSettings, built: string) {
  const find = findBuiltPages(join(built, name));
  const handler = (request: FastifyRequest, reply: FastifyReply) => {
    const path = (request.raw.url ?? '/').split('?', 1).join('');
    const { page, files } = find();
    const file = files.get(path.slice(base.length + 1));
    if (file !== undefined && file !== page) return sendFile(request.headers, reply, { file, kept: keptForEver });
    if (path.length > base.length + 1 && !wantsPage(path, request.headers)) return reply.callNotFound();
    if (page === undefined) return sendHowToBuild(reply, title);
    return sendFile(request.headers, reply, { file: page, kept: askedEachTime });
  };
  for (const url of [base === '' ? '/' : base, `${base}/*`]) app.route({ method: ['GET', 'HEAD'], url, handler });
}

/** Their names carry a digest of what is in them. */
const keptForEver = 'public, max-age=31536000, immutable';
const askedEachTime = 'no-cache';

/** An address inside the app, not a file that is missing or a call that went astray. */
function wantsPage(path: string, { accept = '' }: IncomingHttpHeaders): boolean {
  return !/\.\w+$/.test(path) && accept.includes('text/html');
}

function sendFile(
  headers: IncomingHttpHeaders,
  reply: FastifyReply,
  { file, kept }: { file: PageFile; kept: string },
): FastifyReply {
  const { encoding, bytes, etag } = chooseForm(file, headers['accept-encoding'] ?? '');
  reply.headers({ ...standingHeaders, 'Cache-Control': kept, ETag: etag, Vary: 'Accept-Encoding' });
  if (knows(headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding !== 'identity') reply.header('Content-Encoding', encoding);
  return reply.header('Content-Type', file.type).send(bytes);
}

/** The smallest form that the browser takes. */
function chooseForm({ forms }: PageFile, accepted: string): PageFile['forms'][number] {
  const refused = /;\s*q=0(?:\.0*)?\s*$/;
  const words = accepted.split(',').filter((word) => !refused.test(word));
  const taken = new Set(words.map((word) => word.split(';', 1).join('').trim().toLowerCase()));
  return forms.find(({ encoding }) => taken.has(encoding)) ?? (forms.at(-1) as PageFile['forms'][number]);
}

function knows(given: string | undefined, etag: string): boolean {
  return given?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag) ?? false;
}

function sendHowToBuild(reply: FastifyReply, title: string): FastifyReply {
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} is not built</title><h1>The pages of ${title} are not built</h1><p>Run <code>${buildCommand}</code> in the checkout, then load this page again. The API works without them.</p></html>`;
  return reply
    .code(503)
    .headers({ ...standingHeaders, 'Cache-Control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(text);
}
