// oidc-provider as its own documentation sets it up for client credentials, in memory, opaque tokens.
import Provider from 'oidc-provider';

const clientId = 'bench';
const clientSecret = 'S'.repeat(64);
const provider = new Provider('http://127.0.0.1', {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
  scopes: ['api'],
});

const server = provider.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/token`;
  process.stdout.write(`${JSON.stringify({ url, consumerKey: clientId, consumerSecret: clientSecret })}\n`);
});
process.stdin.resume().on('end', () => process.exit(0));
