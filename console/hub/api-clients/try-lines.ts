/** Lines for a shell that try an API client; its secret is taken from the environment, so that it stands in no history. */
import type { ApiClient } from '../api.ts';

export function tokenLine(hub: string, { clientId }: Pick<ApiClient, 'clientId'>): string {
  return `curl -s ${hub}/oauth2/token -u "${clientId}:$CLIENT_SECRET" -d grant_type=client_credentials`;
}

/** To the first interface that it may use. */
export function sendLine(hub: string, { interfaces }: Pick<ApiClient, 'interfaces'>): string {
  const [integration = 'INTEGRATION', name = 'INTERFACE'] = interfaces?.[0]?.split('/') ?? [];
  const query = `integration=${encodeURIComponent(integration)}&interface=${encodeURIComponent(name)}&mode=Asynchronous`;
  return [
    `curl -s "${hub}/V4/integrate?${query}"`,
    `-H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '[{"FIELD":"VALUE"}]'`,
  ].join(' \\\n  ');
}
