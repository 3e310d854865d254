/** The words of Try It. */
export const tryItText = {
  title: 'Try It',
  lead: 'Asks the token endpoint for an access token, as a program with this consumer key and secret does.',
  curl: 'With curl',
  curlHelp: 'Put the consumer secret into CONSUMER_SECRET first, so that it is not kept among your commands.',
  request: 'Token request',
  hidden: '(the consumer secret, not shown here)',
  send: 'Send Token Request',
  answer: (status: number) => `Answer: HTTP ${status}`,
  columns: { field: 'Field', value: 'Value', meaning: 'What it means' },
  noAnswer: { message: 'The token endpoint does not answer.', next: 'See whether the org runs, then try again.' },
  got: 'There is a token',
  gotText:
    'It is listed in Connected Apps OAuth Usage, where it can be revoked, and the login stands in Login History.',
  refused: 'The token endpoint refused',
  refusedText: 'What the app lacks is listed above, each with the page that mends it.',
  refusedThoughReady:
    'The app lacks nothing. It is refused for where it asks from, when, or how often: see its Trusted IP Ranges, and the Login IP Ranges and login hours of the user’s profile; Login History has the reason.',
  seeTokens: 'Its tokens',
  seeLogins: 'Its logins',
  notWhole: (start: string) => `${start}…`,
  signature: {
    good: 'Checked: it is the HMAC-SHA256 of id and issued_at with the consumer secret.',
    bad: 'It does not match the HMAC-SHA256 of id and issued_at with the consumer secret: do not trust this answer.',
    unchecked:
      'The HMAC-SHA256 of id and issued_at with the consumer secret. Browsers compute it on https and on this machine alone.',
  },
  meanings: {
    access_token:
      'Sent as Authorization: Bearer with each call. It begins with the Organization ID; the rest is not shown.',
    scope: 'What the token may be used for.',
    instance_url: 'Where the API is called.',
    token_type: 'How the token is sent.',
    error: 'The code of the refusal, for programs.',
    error_description: 'Why it was refused, in Salesforce’s words.',
    other: 'More that the app asked for.',
  },
  id: (username: string) => `The identity URL: the org, and the user in whose name the app acts, ${username}.`,
  issuedAt: (time: string) => `When it was issued, in milliseconds since 1970: ${time}.`,
} as const;
