/** What all fields of a form have in common: the words of the page, the value of the draft, and the change of it. */

type Change<Values> = (part: Partial<Values>) => void;

/**
 * Gives the properties of a field by its name. Its label and its help stand under the same name in the words of the page.
 *
 * @example const field = fieldsOf(words, values, change); <TextField {...field('name')} isRequired />
 */
export function fieldsOf<Values extends object, Label extends string>(
  { fields, help = {} }: { fields: Readonly<Record<Label, string>>; help?: Readonly<Record<string, string>> },
  values: Values,
  change: Change<Values>,
) {
  return <Name extends keyof Values & Label>(name: Name) => ({
    name,
    label: fields[name],
    help: help[name],
    value: values[name],
    onChange: (value: Values[Name]) => change({ [name]: value } as unknown as Partial<Values>),
  });
}
