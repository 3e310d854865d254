/**
 * Why the token endpoint refused, and what mends it: for the manual, and for whatever program explains an error to a person.
 *
 * Programs that print stand above this floor and look the words up with `adviseOnTokenError`. The client of an org does not: it
 * hands on `error` and `error_description` as they were sent, beside one next step of its own.
 */
import type { Refusal } from './dialect/dialect.ts';
import { type Evidence, evidenceOf, salesforceErrors } from './dialect/salesforce.ts';
import { otherTokenErrors } from './other-token-errors.ts';

export type Advice = { cause: string; cure: string };

const sendForm = 'Send POST with Content-Type application/x-www-form-urlencoded and each parameter once in the body.';
const copyKey = 'Copy the consumer key again; after making an app, wait until its key is known (up to ten minutes).';
const copySecret =
  'Copy the consumer secret again, or the new one if it was changed; check that it belongs to this key.';
const signAgain = 'Sign the assertion anew, with RS256 and the private key that belongs to the certificate of the app.';
const setRunAs = 'Choose a run-as user in the policies of the app; it wants the username, not the e-mail address.';
const usePkce = 'Begin the flow anew, with a code challenge made by S256 of the verifier that is sent.';
const startOver =
  'Begin the flow anew and exchange each code once, within a minute, with the redirect URI it was asked for.';

/** The causes of one answer are told together: some answers hide which of several it was. */
const refusalAdvice: Readonly<Record<Refusal, Advice>> = {
  'wrong method': {
    cause: 'The request was not a POST; a redirect from http to https makes it a GET.',
    cure: sendForm,
  },
  'wrong media type': { cause: 'The body is not a form.', cure: sendForm },
  'body too large': { cause: 'The body is larger than 8 KiB.', cure: sendForm },
  'credentials in query': { cause: 'Parameters came in the URL, where logs keep them.', cure: sendForm },
  'repeated parameter': { cause: 'A parameter came twice.', cure: sendForm },
  'malformed body': { cause: 'The form holds percent-encoding or UTF-8 that cannot be read.', cure: sendForm },
  'parameter missing': { cause: 'A parameter of this grant is missing.', cure: sendForm },
  'wrong domain': {
    cause: 'The client credentials flow was asked for at a login host.',
    cure: 'Use the My Domain address of the org, https://NAME.my.salesforce.com.',
  },
  'grant type not supported': {
    cause: 'The grant type is missing, misspelt or not offered.',
    cure: 'Send grant_type=client_credentials.',
  },
  'client id missing': { cause: 'No consumer key came.', cure: copyKey },
  'unknown client': { cause: 'The consumer key is not known here, or not yet.', cure: copyKey },
  'wrong secret': { cause: 'The consumer secret is wrong or missing.', cure: copySecret },
  'too many wrong secrets': {
    cause: 'More than ten wrong secrets came for this app from this address; the answer does not say so.',
    cure: 'Wait, at most a quarter of an hour, and then send the right one; other addresses are not held up.',
  },
  'too many unknown clients': { cause: 'The consumer key is not known here, or not yet.', cure: copyKey },
  'malformed authorization header': {
    cause: 'The Authorization header is not Basic, or cannot be read.',
    cure: 'Send Basic with the base64 of key, colon and secret.',
  },
  'two authentication methods': {
    cause: 'The app proved itself in two ways at once, or under two keys.',
    cure: 'Send the secret in the body or in the Authorization header, not in both.',
  },
  'client assertion invalid': {
    cause: 'The signed assertion of the app (private_key_jwt) is not valid.',
    cure: signAgain,
  },
  'scope sent': {
    cause: 'A scope parameter was sent; Salesforce takes scopes from the app alone.',
    cure: 'Leave scope out, and choose scopes in the settings of the app.',
  },
  'scope not allowed': { cause: 'A scope was asked for that the app does not have.', cure: 'Ask for fewer scopes.' },
  'app not installed': {
    cause: 'The key belongs to an external client app that is not in this org.',
    cure: 'Install the app in this org, or use the address of the org it was made in.',
  },
  'app blocked': {
    cause: 'An administrator has blocked the app.',
    cure: 'Unblock it in Setup, Connected Apps OAuth Usage.',
  },
  'flow not enabled': {
    cause: 'The client credentials flow is off in the settings of the app.',
    cure: 'Tick Enable Client Credentials Flow in the OAuth settings of the app.',
  },
  'flow not allowed by policy': {
    cause: 'The second switch of an external client app, in its policies, is off.',
    cure: 'Tick Enable Client Credentials Flow on the tab Policies as well, and choose the run-as user there.',
  },
  'no run-as user': { cause: 'The app has no run-as user.', cure: setRunAs },
  'password flow blocked': {
    cause: 'The username-password flow is blocked in this org, or for this kind of app.',
    cure: 'Use the client credentials flow instead.',
  },
  'wrong password': {
    cause: 'Username or password is wrong, or too many wrong ones came.',
    cure: 'Use the client credentials flow instead, or wait a quarter of an hour and send the right password.',
  },
  'assertion malformed': { cause: 'The assertion is no signed JSON Web Token, or lacks a claim.', cure: signAgain },
  'app has no key': {
    cause: 'The app has no certificate.',
    cure: 'Upload the certificate in the settings of the app.',
  },
  'assertion signature wrong': { cause: 'The assertion is not signed with the key of the app.', cure: signAgain },
  'assertion expired': {
    cause: 'The assertion has ended by more than three minutes.',
    cure: 'Sign a new one for each request, and set the clock of the machine right.',
  },
  'assertion used before': {
    cause: 'An assertion with this jti was used already.',
    cure: 'Sign a new one for each request.',
  },
  'assertion audience wrong': {
    cause: 'The audience of the assertion is another server.',
    cure: 'Set aud to https://login.salesforce.com, https://test.salesforce.com or the address of the org.',
  },
  'user not approved': {
    cause: 'The user named by the assertion is not known, or has not approved the app.',
    cure: 'Let the app be used by pre-authorized users, and add the profile or a permission set of the user to it.',
  },
  'user not admin approved': {
    cause: 'The app is for pre-authorized users, and the run-as user is none of them.',
    cure: 'Add the profile or a permission set of the user to the app (Manage, Permitted Users).',
  },
  'code invalid': { cause: 'The code is unknown, was used, has ended, or is for another app.', cure: startOver },
  'redirect uri differs': { cause: 'The redirect URI is not the one of the authorize request.', cure: startOver },
  'code verifier wrong': { cause: 'The code verifier does not fit the code challenge.', cure: usePkce },
  'refresh token invalid': {
    cause: 'The refresh token is unknown, was replaced or revoked, or has ended by the policy of the app.',
    cure: 'Sign in again.',
  },
  'no valid scopes': {
    cause: 'The app has no scope that counts in this flow; full and refresh_token alone do not.',
    cure: 'Add Manage user data via APIs (api) to the scopes of the app.',
  },
  'inactive user': { cause: 'The user is not active.', cure: 'Activate the user, or choose another run-as user.' },
  'frozen user': { cause: 'The user is frozen.', cure: 'Unfreeze the user, or choose another run-as user.' },
  'outside login ranges': {
    cause: 'The profile of the user does not let it sign in from this address; Login History says Restricted IP.',
    cure: 'Add the address to the Login IP Ranges of the profile, or relax IP restrictions for the app.',
  },
  'outside login hours': {
    cause: 'The profile of the user does not let it sign in at this hour; Login History says Restricted Time.',
    cure: 'Widen the Login Hours of the profile, or wait until they begin; they are in the time zone of the org.',
  },
  'outside trusted ranges': {
    cause: 'The address is in none of the trusted IP ranges of the app.',
    cure: 'Add the address to the trusted IP ranges, or relax IP restrictions for the app.',
  },
  'login rate exceeded': {
    cause: 'The user has signed in 3,600 times in the last hour.',
    cure: 'Keep each access token until the API answers 401 instead of asking for one with every request.',
  },
};

/** An answer of a token endpoint as Salesforce words it, with all that may be behind it. */
export type TokenError = {
  error: string;
  description: string;
  advice: readonly Advice[];
  evidence: Evidence;
  /** Whether the org in a box gives it; a real org may. */
  inTheBox: boolean;
};

/** Where scopes cannot be asked for, none can be too many; a key that is unknown is told so however often it comes. */
const neverSaid: readonly string[] = ['scope not allowed', 'too many unknown clients'] satisfies Refusal[];

export function listTokenErrors(): readonly TokenError[] {
  const ofTheBox = new Map<string, TokenError & { advice: Advice[] }>();
  for (const refusal of Object.keys(salesforceErrors) as Refusal[]) {
    if (neverSaid.includes(refusal)) continue;
    const [error, description] = salesforceErrors[refusal];
    const words = `${error} ${description}`;
    const evidence = evidenceOf(refusal);
    const known = ofTheBox.get(words) ?? { error, description, advice: [], evidence, inTheBox: true };
    known.advice.push(refusalAdvice[refusal]);
    ofTheBox.set(words, known);
  }
  const others = otherTokenErrors.map((other) => ({ ...other, inTheBox: false }));
  return [...ofTheBox.values(), ...others].toSorted((one, other) =>
    one.error < other.error ? -1 : Number(one.error > other.error),
  );
}

/**
 * The advice for what a token endpoint said: by both its words in any case, else by a description that holds one of the table,
 * else by an error that has one meaning only. Empty for words that nobody has told of.
 *
 * @example adviseOnTokenError({ error: 'invalid_client_id', error_description: 'client identifier invalid' })
 */
export function adviseOnTokenError(sent: { error: string; error_description?: string }): readonly Advice[] {
  const error = sent.error.toLowerCase();
  const description = (sent.error_description ?? '').toLowerCase();
  const all = listTokenErrors();
  const sameError = all.filter((each) => each.error.toLowerCase() === error);
  const says = (each: TokenError) => description.includes(each.description.toLowerCase());
  const exact = sameError.find((each) => each.description.toLowerCase() === description);
  const near = [...sameError.filter(says), ...all.filter(says)].toSorted(
    (one, other) => other.description.length - one.description.length,
  );
  const only = sameError.length === 1 ? sameError[0] : undefined;
  return (exact ?? near[0] ?? only)?.advice ?? [];
}
