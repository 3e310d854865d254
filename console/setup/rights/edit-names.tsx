/** System Permissions, and Enabled Apex Class Access: two lists, what can be granted and what is. */
import { useDraft } from '../../ui/draft.ts';
import { DualList } from '../../ui/dual-list.tsx';
import { Loaded } from '../../ui/loaded.tsx';
import { Card } from '../../ui/page.tsx';
import { useAnswer } from '../api.ts';
import { text } from '../text.ts';
import { EditGrants } from './edit-grants.tsx';
import { addressOf, type GrantsChange, type Holder, type HolderKind, useHolder } from './holder.ts';

const words = text.rights;

type PageProps = { kind: HolderKind; id: string };
type Item = { value: string; label: string };

export function EditSystemPermissions({ kind, id }: PageProps) {
  const holder = useHolder(kind, id);
  const known = useAnswer('/user-permissions', { query: { pageSize: 200 } });
  return (
    <Loaded of={holder} isAnew>
      {(found) => (
        <Loaded of={known}>
          {({ rows }) => (
            <Choosing
              key={found.version}
              holder={found}
              part="userPermissions"
              title={words.systemPermissions}
              items={rows.map(({ name, label }) => ({ value: name, label }))}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

export function EditApexClasses({ kind, id }: PageProps) {
  const holder = useHolder(kind, id);
  const known = useAnswer('/apex-classes', { query: { pageSize: 200 } });
  return (
    <Loaded of={holder} isAnew>
      {(found) => (
        <Loaded of={known}>
          {({ rows }) => (
            <Choosing
              key={found.version}
              holder={found}
              part="apexClasses"
              title={kind === 'profiles' ? words.apexProfile : words.apexSet}
              items={rows.map(({ name }) => ({ value: name, label: name }))}
              label={words.apexItems}
              {...(rows.length === 0 ? { help: words.noClasses } : {})}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

type ChoosingProps = {
  holder: Holder;
  part: 'userPermissions' | 'apexClasses';
  title: string;
  items: readonly Item[];
  label?: string;
  help?: string;
};

function Choosing({ holder, part, title, items, label = title, help }: ChoosingProps) {
  const draft = useDraft<{ chosen: readonly string[] }>(
    `${part} ${holder.id}`,
    { chosen: holder[part] },
    holder.version,
  );
  const { chosen } = draft.values;
  return (
    <EditGrants
      holder={holder}
      draft={draft}
      title={words.editOf(title)}
      back={addressOf(holder)}
      fields={[part]}
      change={() => ({ [part]: [...chosen] }) as GrantsChange}
    >
      <Card title={title}>
        <DualList
          name={part}
          label={label}
          {...(help === undefined ? {} : { help })}
          items={items}
          value={chosen}
          onChange={(names) => draft.change({ chosen: names })}
        />
      </Card>
    </EditGrants>
  );
}
