/** A token request as a program sends it, and its answer taken apart. */
import { ApiFailure } from '../../ui/api.ts';
import { text } from '../text.ts';

const words = text.tryIt;

export const tokenUrl = () => `${location.origin}/services/oauth2/token`;

export type Signature = 'good' | 'bad' | 'unchecked';

export type TokenAnswer = { status: number; fields: Readonly<Record<string, string>>; signature: Signature };

type Pair = { consumerKey: string; consumerSecret: string };

export function curlLine(consumerKey: string): string {
  const form = ['grant_type=client_credentials', `client_id=${consumerKey}`].map((part) => `-d ${part}`).join(' ');
  return `curl -s ${tokenUrl()} ${form} --data-urlencode "client_secret=$CONSUMER_SECRET"`;
}

export async function askForToken({ consumerKey, consumerSecret }: Pair): Promise<TokenAnswer> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: consumerKey,
    client_secret: consumerSecret,
  });
  const response = await fetch(tokenUrl(), { method: 'POST', body, credentials: 'omit' }).catch(() => {
    throw new ApiFailure(0, [{ field: null, ...words.noAnswer }]);
  });
  const fields = (await response.json()) as Record<string, string>;
  return { status: response.status, fields, signature: await checkSignature(fields, consumerSecret) };
}

async function checkSignature(
  { id = '', issued_at = '', signature }: Readonly<Record<string, string>>,
  secret: string,
): Promise<Signature> {
  if (signature === undefined || crypto.subtle === undefined) return 'unchecked';
  const bytes = new TextEncoder();
  const hash = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), hash, false, ['sign']);
  const signed = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(id + issued_at)));
  return btoa(String.fromCharCode(...signed)) === signature ? 'good' : 'bad';
}
