/** Keeps an opening in one org, whatever comes to its address while it is open: what was begun in one is never sent to another. */
import { SluiceError } from '../base/index.ts';
import type { TokenSource } from './access-token.ts';

type Staying = {
  /** Of the key pair that holds by now. */
  findSource: () => TokenSource | Promise<TokenSource>;
  /** As the error says it. */
  address: string;
  /** token: it is in the org of its first token. answer: of the first that Salesforce has taken. */
  settledBy: 'token' | 'answer';
};

/** Its `get` throws ORG_REPLACED for a token of another org. */
export function stayInOneOrg({ findSource, address, settledBy }: Staying): TokenSource {
  let source: TokenSource | undefined;
  let organization: string | undefined;
  let isSettled = false;

  /** A token that was held may be of an org that is no more. */
  function stayIn(now: string): void {
    if (!isSettled) organization = now;
    isSettled ||= settledBy === 'token';
    if (organization === now) return;
    throw new SluiceError('ORG_REPLACED', { address, before: organization, now });
  }

  return {
    current() {
      const token = source?.current() ?? null;
      return token?.organizationId === organization ? token : null;
    },
    async get(options) {
      source = await findSource();
      const token = await source.get(options);
      stayIn(token.organizationId);
      return token;
    },
    accepted(token) {
      isSettled ||= token.organizationId === organization;
      source?.accepted(token);
    },
    refused: (token, refusal) => source?.refused(token, refusal),
  };
}
