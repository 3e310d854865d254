/** Where a server listens, and how callers reach it. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { reasonOf, SluiceError } from '../base/index.ts';

export type ServerAddress = {
  /** Without a slash at its end; known for certain once the server listens. */
  url(): string;
  /** How a program on this very machine reaches it, whatever name it has for others. */
  urlHere(): string;
  /** Names under which the server answers, besides those of this machine. */
  names: readonly string[];
  /** Resolves with the URL once calls are taken. Throws ADDRESS_UNAVAILABLE. */
  listen(app: FastifyInstance): Promise<string>;
};

export type AddressSettings = {
  host: string;
  /** 0: any free one. */
  port: number;
  scheme: 'http' | 'https';
  /** How callers reach it; made of the others when left out. */
  publicUrl?: string | undefined;
};

const defaultPorts = { http: 80, https: 443 } as const;

export function createServerAddress({ host, port, scheme, publicUrl }: AddressSettings): ServerAddress {
  const given = publicUrl?.replace(/\/+$/, '');
  let listeningAt = port;
  const shownPort = () => (listeningAt === defaultPorts[scheme] ? '' : `:${listeningAt}`);
  const urlHere = () => `${scheme}://${hostInUrl(host)}${shownPort()}`;
  const url = () => given ?? urlHere();
  return {
    url,
    urlHere,
    names: given === undefined ? [host] : [host, new URL(given).hostname],
    async listen(app) {
      try {
        await app.listen({ host, port });
      } catch (cause) {
        const values = { address: `${host}:${port}`, reason: reasonOf(cause) };
        throw new SluiceError('ADDRESS_UNAVAILABLE', values, { cause });
      }
      listeningAt = (app.server.address() as AddressInfo).port;
      return url();
    },
  };
}

/** An address that means "all of this machine" cannot be called; IPv6 stands in brackets. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
