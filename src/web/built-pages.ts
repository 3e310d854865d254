/** The files that the build made of a web interface, held in memory in all the forms they are sent in. */
import { hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

export type PageFile = {
  type: string;
  /** The smallest first; the plain one last. */
  forms: readonly { encoding: 'br' | 'gzip' | 'identity'; bytes: Buffer; etag: string }[];
};

export type BuiltPages = {
  /** The one page from which the app starts; undefined when nothing was built. */
  page: PageFile | undefined;
  /** By path, without a slash at its beginning. */
  files: ReadonlyMap<string, PageFile>;
};

const typeByExtension: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.md': 'text/markdown; charset=utf-8',
};

const nothing: BuiltPages = { page: undefined, files: new Map() };

/** Gives a function that reads the folder when it is first wanted, and again after it was built anew. */
export function findBuiltPages(folder: string): () => BuiltPages {
  let builtAt = 0;
  let read = nothing;
  return () => {
    const changedAt = statSync(join(folder, 'index.html'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changedAt !== builtAt) read = changedAt === 0 ? nothing : readPages(folder);
    builtAt = changedAt;
    return read;
  };
}

function readPages(folder: string): BuiltPages {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const shown = names.filter((name) => typeByExtension[extname(name)] !== undefined);
  const entries = shown.map((name) => [name.split(sep).join('/'), readFile(join(folder, name))] as const);
  const files = new Map(entries);
  return { page: files.get('index.html'), files };
}

function readFile(path: string): PageFile {
  const plain = readFileSync(path);
  const digest = hash('sha256', plain, 'base64url').slice(0, 16);
  const form = (encoding: PageFile['forms'][number]['encoding'], suffix: string) => {
    const there = statSync(path + suffix, { throwIfNoEntry: false });
    return there === undefined
      ? []
      : [{ encoding, bytes: readFileSync(path + suffix), etag: `"${digest}-${encoding}"` }];
  };
  const type = typeByExtension[extname(path)] ?? 'application/octet-stream';
  return { type, forms: [...form('br', '.br'), ...form('gzip', '.gz'), ...form('identity', '')] };
}
