/** The order in which the interfaces of an integration run, changed by moving each up or down, and saved at once. */
import { useState } from 'react';
import { Link } from 'wouter';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { errorsOf, Problems } from '../../ui/problems.tsx';
import { api } from '../api.ts';
import { text } from '../text.ts';
import { useAct } from '../use-act.ts';

const words = text.integrations;

type Row = { id: number; version: number; definition: { name: string } };

/** Places with room between them, for those that come later. */
const step = 10;

export function InterfaceOrder({ id, rows }: { id: string; rows: readonly Row[] }) {
  const [order, setOrder] = useState(rows);
  const save = useAct({
    act: () => {
      const places = order.map((row, at) => ({ id: row.id, version: row.version, sequence: (at + 1) * step }));
      return api.call('PUT', '/integrations/:id/order', { params: { id }, body: { interfaces: places } });
    },
    tells: () => words.orderSaved,
  });
  return (
    <>
      <p className="soft">{words.orderHelp}</p>
      <Problems errors={errorsOf(save.error)} />
      <ol className="order">
        {order.map((row, at) => (
          <li key={row.id} className="buttons">
            <Move
              name={words.up(row.definition.name)}
              icon="up"
              isDisabled={at === 0}
              onPress={() => setOrder(moved(order, at, at - 1))}
            />
            <Move
              name={words.down(row.definition.name)}
              icon="down"
              isDisabled={at === order.length - 1}
              onPress={() => setOrder(moved(order, at, at + 1))}
            />
            <Link href={`/interfaces/${row.id}`}>{row.definition.name}</Link>
          </li>
        ))}
      </ol>
      <div className="buttons">
        <Button look="primary" isDisabled={save.isPending || order === rows} onPress={() => save.mutate()}>
          {words.saveOrder}
        </Button>
      </div>
    </>
  );
}

type MoveProps = { name: string; icon: 'up' | 'down'; isDisabled: boolean; onPress: () => void };

function Move({ name, icon, isDisabled, onPress }: MoveProps) {
  return (
    <Button look="icon" label={name} isDisabled={isDisabled} onPress={onPress}>
      <Icon name={icon} />
    </Button>
  );
}

function moved<Row>(rows: readonly Row[], from: number, to: number): readonly Row[] {
  const left = rows.toSpliced(from, 1);
  return left.toSpliced(to, 0, rows[from] as Row);
}
