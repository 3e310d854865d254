/** An integration: what belongs together, as it stands in a file and in the hub. */
import type { Static } from 'typebox';
import { Type } from '../base/index.ts';
import { maxSequence } from './interface-definition-in-hub.ts';

/** `inactive` keeps work, which waits; `stopped` is the hard stop: it is refused. */
export const integrationStates = ['active', 'inactive', 'stopped'] as const;

export const integrationSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'Where editors find this schema; Sluice does not read it.' })),
    name: Type.String({
      title: 'Name',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$',
      description:
        'a name that begins with a letter or digit and goes on in letters, digits, dots, dashes and underscores',
    }),
    description: Type.Optional(
      Type.Union([Type.String({ maxLength: 1000 }), Type.Null()], {
        title: 'Description',
        description: 'What it is for.',
      }),
    ),
    sequence: Type.Optional(
      Type.Integer({ title: 'Sequence', minimum: 0, maximum: maxSequence, description: 'Its place among the others.' }),
    ),
    state: Type.Optional(
      Type.Enum([...integrationStates], {
        title: 'State',
        description:
          'active (when left out); inactive: what is due or comes in is kept and waits; stopped: it is refused.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'integration.schema.json', title: 'Sluice integration' },
);

export type IntegrationDefinition = Static<typeof integrationSchema>;
