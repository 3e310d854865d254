/** The tree of a SOQL query, as the parser makes it: names as written, every part with its offset in the text. */

/** `Account.Owner.Name`: at least one part. */
export type Path = { parts: readonly string[]; at: number };

type FieldReference = { kind: 'field'; path: Path };

/** `name` in capital letters; `COUNT()` alone has no argument. */
export type Call = { kind: 'call'; name: string; argument?: Expression; at: number };

export type Expression = FieldReference | Call;

export type Literal =
  | { kind: 'null' | 'boolean' | 'string' | 'number' | 'date' | 'datetime' | 'time'; text: string; at: number }
  | { kind: 'range'; text: string; count?: number; at: number };

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE';

export type Condition =
  | { kind: 'and' | 'or'; conditions: readonly Condition[] }
  | { kind: 'not'; condition: Condition }
  | { kind: 'compare'; left: Expression; operator: ComparisonOperator; value: Literal; at: number }
  | { kind: 'in'; left: Expression; negated: boolean; values: readonly Literal[]; at: number }
  | { kind: 'join'; left: Expression; negated: boolean; query: Query; at: number }
  | { kind: 'includes'; left: Expression; negated: boolean; values: readonly Literal[]; at: number };

export type SelectItem =
  | { kind: 'expression'; expression: Expression; alias?: { text: string; at: number } }
  | { kind: 'fields'; which: 'ALL' | 'CUSTOM' | 'STANDARD'; at: number }
  | { kind: 'children'; query: Query; at: number };

export type OrderTerm = { expression: Expression; descending: boolean; nullsLast: boolean };

export type Query = {
  items: readonly SelectItem[];
  /** The object or child relationship, and what the old form `FROM Contact c, c.Account a` adds. */
  from: Path;
  alias?: string;
  joins: readonly { path: Path; alias?: string }[];
  scope?: 'everything' | 'mine';
  where?: Condition;
  groupBy: readonly Expression[];
  having?: Condition;
  orderBy: readonly OrderTerm[];
  limit?: number;
  offset?: { value: number; at: number };
  at: number;
};
