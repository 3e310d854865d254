/** What `download.ts` measures: our client reads all pages of a query job into one file. PAGES_URL, PAGES_FILE. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openSalesforce } from '../src/salesforce/index.ts';

const { PAGES_URL: myDomainUrl = '', PAGES_FILE: file = '' } = process.env;
await using org = openSalesforce({ myDomainUrl, consumerKey: 'bench', consumerSecret: 'bench' });
await pipeline(Readable.from(org.bulkQuery.csv('750'), { objectMode: false }), createWriteStream(file));
