/** Data: records of an object, or the result of a SOQL query, as a table. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { type ApiError, ApiFailure } from '../../ui/api.ts';
import { SelectField, TextArea } from '../../ui/fields.tsx';
import { Form, FormFoot } from '../../ui/form.tsx';
import { Card, Page } from '../../ui/page.tsx';
import { errorsOf } from '../../ui/problems.tsx';
import { api, useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { ResultTable } from './result-table.tsx';

const words = text.data.query;
/** Enough to see what a record is. */
const browsedFields = 12;
const browsedTypes = /^(string|email|phone|url|picklist|double|int|currency|percent|boolean|date|datetime|reference)$/;

/** What is asked stands in the address: a query, or an object to browse. */
export function DataPage() {
  const [params, setParams] = useSearchParams();
  const object = params.get('object') ?? '';
  const browsed = useBrowsing(object);
  const soql = params.get('soql') ?? browsed ?? '';
  return (
    <Page title={text.data.data} product={text.product}>
      <p className="soft">{words.lead}</p>
      <QueryForm
        key={soql}
        object={object}
        soql={soql}
        browse={(name) => setParams(name === '' ? {} : { object: name })}
        run={(asked) => setParams({ soql: asked })}
      />
    </Page>
  );
}

/** The query that shows the first fields of an object. */
function useBrowsing(object: string): string | undefined {
  const fields = useAnswer('/objects/:object/fields', {
    params: { object },
    query: { pageSize: 200 },
    wanted: object !== '',
  });
  if (object === '' || fields.data === undefined) return undefined;
  const names = fields.data.rows.filter(({ type }) => browsedTypes.test(type)).map(({ name }) => name);
  const first = ['Id', ...names.filter((name) => name === 'Name')];
  const shown = [...first, ...names.filter((name) => !first.includes(name))].slice(0, browsedFields);
  return `SELECT ${shown.join(', ')} FROM ${object}`;
}

function useResult(soql: string) {
  return useInfiniteQuery({
    queryKey: ['/query', soql],
    queryFn: ({ pageParam, signal }) =>
      api.call('POST', '/query', { body: { soql, ...(pageParam === '' ? {} : { next: pageParam }) }, signal }),
    initialPageParam: '',
    getNextPageParam: ({ next }: { next: string | null }) => next ?? undefined,
    enabled: soql !== '',
    retry: false,
  });
}

type FormProps = { object: string; soql: string; browse: (object: string) => void; run: (soql: string) => void };

function QueryForm({ object, soql, browse, run }: FormProps) {
  const [typed, setTyped] = useState(soql);
  const [errors, setErrors] = useState<readonly ApiError[]>([]);
  const result = useResult(soql);
  const objects = useAnswer('/objects', { query: { pageSize: 200 } });
  const choices = (objects.data?.rows ?? []).map(({ name, label }) => ({ value: name, label }));
  const submit = () => {
    if (typed.trim() === '') setErrors(errorsOf(new ApiFailure(400, [{ field: 'soql', ...words.soqlFirst }])));
    else if (typed === soql) void result.refetch();
    else run(typed);
  };
  return (
    <>
      <Form
        label={words.soql}
        fields={['soql']}
        errors={errors.length > 0 ? errors : atSoql(result.error)}
        onSubmit={submit}
      >
        <Card title={words.soql}>
          <SelectField
            name="object"
            label={words.browse}
            value={object}
            choices={[{ value: '', label: words.choose }, ...choices]}
            onChange={browse}
          />
          <TextArea name="soql" label={words.soql} value={typed} onChange={setTyped} />
        </Card>
        <FormFoot submit={result.isFetching ? words.running : words.run} isBusy={result.isFetching} />
      </Form>
      {result.data === undefined ? null : (
        <ResultTable
          pages={result.data.pages}
          hasMore={result.hasNextPage}
          isBusy={result.isFetching}
          more={() => void result.fetchNextPage()}
        />
      )}
    </>
  );
}

/** What a query is refused for is in the query. */
function atSoql(error: unknown): readonly ApiError[] {
  return errorsOf(error).map((one) => ({ ...one, field: one.field ?? 'soql' }));
}
