/** `/limits` and `/limits/recordCount`. */
import { dailyBulkBatches, dailyQueryJobs } from '../limits.ts';
import type { Answer, Call, OrgParts, Resource } from './call.ts';
import { splitList } from './named-object.ts';

/** Allocations of what the box has no use of: whole, since nothing can be taken from them. */
const untouched: Readonly<Record<string, number>> = {
  ActiveScratchOrgs: 0,
  ConcurrentAsyncGetReportInstances: 200,
  DailyAsyncApexExecutions: 250_000,
  DailyBulkV2QueryFileStorageMB: 976_562,
  DailyDeliveredPlatformEvents: 0,
  DailyDurableStreamingApiEvents: 10_000,
  DailyScratchOrgs: 0,
  DailyStreamingApiEvents: 10_000,
  DailyWorkflowEmails: 1_000,
  DataStorageMB: 1_024_000,
  FileStorageMB: 1_024_000,
  HourlyODataCallout: 20_000,
  HourlyPublishedPlatformEvents: 50_000,
  HourlyPublishedStandardVolumePlatformEvents: 1_000,
  HourlySyncReportRuns: 500,
  HourlyTimeBasedWorkflow: 1_000,
  MassEmail: 5_000,
  MonthlyPlatformEvents: 0,
  Package2VersionCreates: 6,
  SingleEmail: 5_000,
  StreamingApiConcurrentClients: 20,
};

function limits(_: Call, { usage }: OrgParts): Answer {
  const whole = Object.entries(untouched).map(([name, max]) => [name, limit(max)]);
  const counted = {
    DailyApiRequests: limit(usage.max, usage.calls()),
    DailyBulkApiBatches: limit(dailyBulkBatches, usage.bulkBatches()),
    DailyBulkV2QueryJobs: limit(dailyQueryJobs, usage.queryJobs()),
    PermissionSets: { ...limit(1_500), CreateCustom: limit(1_000) },
  };
  const entries = [...whole, ...Object.entries(counted)] as [string, object][];
  return { status: 200, json: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function limit(max: number, used = 0): { Max: number; Remaining: number } {
  return { Max: max, Remaining: Math.max(0, max - used) };
}

/** All objects without `sObjects`; a name that is no object is left out. */
async function recordCount(call: Call, org: OrgParts): Promise<Answer> {
  const { schema } = call.access;
  const asked = splitList(call.query.get('sObjects'));
  const objects = asked.length === 0 ? schema.objects : asked.flatMap((name) => schema.findObject(name) ?? []);
  const names = [...new Set(objects.map(({ name }) => name))];
  const counts = await org.records.countRecords({ userId: call.session.userId, objects: names });
  const sObjects = names.flatMap((name) => ({ count: counts.get(name) ?? 0, name }));
  return { status: 200, json: { sObjects } };
}

export const limitResources: readonly Resource[] = [
  { path: '/limits', methods: { GET: limits } },
  { path: '/limits/recordCount', methods: { GET: recordCount } },
];
