/** A field for a name, with those that are there offered while it is typed; others may be typed as well. */
import { useId } from 'react';
import { FieldFrame } from './fields.tsx';

export type Offer = { value: string; label?: string };

type OfferProps = {
  name: string;
  label: string;
  help?: string | undefined;
  isRequired?: boolean;
  value: string;
  offers: readonly Offer[];
  onChange: (value: string) => void;
};

/** How many are offered at most: a browser shows a long list slowly. */
const maxOffers = 500;

export function OfferField({ value, offers, onChange, ...field }: OfferProps) {
  const listId = useId();
  return (
    <FieldFrame {...field}>
      {(ids) => (
        <>
          <input
            {...ids}
            className="input"
            name={field.name}
            list={listId}
            value={value}
            autoComplete="off"
            spellCheck={false}
            aria-required={field.isRequired === true}
            onChange={(event) => onChange(event.target.value)}
          />
          <datalist id={listId}>
            {offers.slice(0, maxOffers).map((offer) => (
              <option key={offer.value} value={offer.value} label={offer.label} />
            ))}
          </datalist>
        </>
      )}
    </FieldFrame>
  );
}
