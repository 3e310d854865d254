/** What a real org may say at its token endpoint, or on the way back from signing in, and the org in a box never does. */
import type { Evidence } from './dialect/salesforce.ts';
import type { Advice } from './refusal-advice.ts';

type Other = { error: string; description: string; evidence: Evidence; advice: readonly Advice[] };

const copySecret =
  'Copy the consumer secret again; check that it belongs to this key and that the pair was not replaced.';
const admit = 'Add the profile or a permission set of the user to the app (Manage, Permitted Users).';

export const otherTokenErrors: readonly Other[] = [
  {
    error: 'invalid_client',
    description: 'client identifier invalid',
    evidence: 'captured',
    advice: [
      {
        cause: 'The consumer key is not known there, or not yet; servers of some age say it with this error.',
        cure: 'Copy the consumer key again; after making an app, wait until its key is known (up to ten minutes).',
      },
    ],
  },
  {
    error: 'invalid_client_credentials',
    description: 'client secret invalid',
    evidence: 'documented',
    advice: [{ cause: 'The consumer secret is wrong.', cure: copySecret }],
  },
  {
    error: 'invalid_grant',
    description: 'Maximum Logins Exceeded',
    evidence: 'captured',
    advice: [
      {
        cause: 'The run-as user is one that an agent of Agentforce made for itself; it cannot sign in over the API.',
        cure: 'Choose a run-as user with the licence Salesforce Integration or Salesforce.',
      },
      {
        cause: 'Some met it after they had asked for a token with every request.',
        cure: 'Keep each access token until the API answers 401 instead.',
      },
    ],
  },
  {
    error: 'invalid_grant',
    description: 'audience is invalid',
    evidence: 'captured',
    advice: [
      {
        cause: 'The audience of the assertion is another server.',
        cure: 'Set aud to https://login.salesforce.com, https://test.salesforce.com or the address of the org.',
      },
    ],
  },
  {
    error: 'inactive_org',
    description: 'org is locked, closed, or suspended',
    evidence: 'documented',
    advice: [{ cause: 'The org does not take logins.', cure: 'Ask its administrator, or Salesforce.' }],
  },
  {
    error: 'rate_limit_exceeded',
    description: 'number of logins exceeded',
    evidence: 'documented',
    advice: [
      {
        cause: 'The user has signed in 3,600 times in the last hour.',
        cure: 'Keep each access token until the API answers 401 instead of asking for one with every request.',
      },
    ],
  },
  {
    error: 'invalid_request',
    description: 'HTTPS required',
    evidence: 'documented',
    advice: [{ cause: 'The request came over plain HTTP.', cure: 'Use the https address of the org.' }],
  },
  {
    error: 'invalid_request',
    description: 'must use HTTP POST',
    evidence: 'documented',
    advice: [{ cause: 'The request was not a POST.', cure: 'Send POST with a form in the body.' }],
  },
  {
    error: 'OAUTH_APP_BLOCKED',
    description: 'this app is blocked by admin',
    evidence: 'captured',
    advice: [
      { cause: 'An administrator has blocked the app.', cure: 'Unblock it in Setup, Connected Apps OAuth Usage.' },
    ],
  },
  {
    error: 'OAUTH_APP_ACCESS_DENIED',
    description: 'user is not admin approved to access this app',
    evidence: 'captured',
    advice: [{ cause: 'The app is for pre-authorized users, and the user is none of them.', cure: admit }],
  },
  {
    error: 'OAUTH_EC_APP_NOT_FOUND',
    description: 'External client app is not installed in this org',
    evidence: 'captured',
    advice: [
      {
        cause: 'The key belongs to an external client app that is not in this org.',
        cure: 'Install the app in this org, or use the address of the org it was made in.',
      },
    ],
  },
  {
    error: 'OAUTH_APPROVAL_ERROR_GENERIC',
    description: 'An unexpected error has occurred during authentication. Please try again.',
    evidence: 'captured',
    advice: [
      {
        cause: 'A user signs in by browser to an app that is not installed, or an API Only user does.',
        cure: 'Install the app (Connected Apps OAuth Usage), or use the client credentials flow for an API Only user.',
      },
    ],
  },
];
