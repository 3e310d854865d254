/** The form of one request in the table of what a hub may ask. */
import type { TObject, TSchema } from 'typebox';

export type RequestShape<Input extends TObject, Answer extends TSchema> = {
  /** One sentence. */
  summary: string;
  input: Input;
  answer: Answer;
  deadlineMs: number;
};

export function request<Input extends TObject, Answer extends TSchema>(
  shape: RequestShape<Input, Answer>,
): RequestShape<Input, Answer> {
  return shape;
}
