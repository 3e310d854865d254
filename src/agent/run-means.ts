/** What a run is given from outside: where to write, where secrets are, who listens. */
import type { Clock, Environment, Log } from '../base/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { ApiUsage } from '../salesforce/index.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { Observe } from './observe.ts';
import type { OnProgress } from './progress.ts';

export type RunMeans = {
  ledger: Ledger;
  /** Where spool and locks lie; the ledger's own folder when left out. */
  dataFolder?: string | undefined;
  /** Only `SLUICE_…` names of it are read. */
  environment: Environment;
  /** The one folder `file:` secrets may be in. */
  secretsFolder?: string | undefined;
  /** Database and org to use, instead of those the connection names. */
  settings?: ConnectionSettings | undefined;
  /**
   * The run's id at a hub. Such a run is begun once under this id, and one that is told to stop before its commit point starts
   * over with its next resume instead of ending.
   */
  hubRun?: string | undefined;
  /** Why the run is to end: what was handed to Salesforce is accounted for, and nothing more is sent. */
  cancelling?: string | undefined;
  clock?: Clock | undefined;
  random?: (() => number) | undefined;
  log?: Log | undefined;
  /** Stops the run at the next step; what is committed can be resumed. */
  signal?: AbortSignal | undefined;
  onProgress?: OnProgress | undefined;
  /** Told with each answer of the org that says how many of its calls are used. */
  onApiUsage?: ((usage: ApiUsage) => void) | undefined;
  /** Called at each named moment, before the next thing happens; for logs and for tests that kill the process there. */
  observe?: Observe | undefined;
};
