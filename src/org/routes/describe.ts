/** What objects there are and what they are made of: `/sobjects`, `/sobjects/X`, `/sobjects/X/describe`. */
import { type DescribeView, describeGlobal, describeObject, objectBasic } from '../schema/index.ts';
import type { Answer, Call, OrgParts, Resource } from './call.ts';
import { getObject } from './named-object.ts';
import { insertRow } from './rows.ts';

function viewOf(call: Call, org: OrgParts): DescribeView {
  return { userId: call.session.userId, apiVersion: call.apiVersion, instanceUrl: org.instanceUrl() };
}

function global(call: Call, org: OrgParts): Answer {
  return { status: 200, json: describeGlobal(call.access.schema, viewOf(call, org)) };
}

/** No recent items are kept here. */
function basic(call: Call, org: OrgParts): Answer {
  return { status: 200, json: objectBasic(getObject(call), viewOf(call, org)) };
}

function full(call: Call, org: OrgParts): Answer {
  return { status: 200, json: describeObject(call.access.schema, getObject(call), viewOf(call, org)) };
}

export const describeResources: readonly Resource[] = [
  { path: '/sobjects', methods: { GET: global } },
  { path: '/sobjects/:object', methods: { GET: basic, POST: insertRow } },
  { path: '/sobjects/:object/describe', methods: { GET: full } },
];
