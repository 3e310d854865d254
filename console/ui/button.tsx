/** Buttons, and links that look like them. */
import { type ReactNode, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { Link } from 'wouter';

export type ButtonLook = 'plain' | 'primary' | 'danger' | 'quiet' | 'icon' | 'quiet icon';

type ButtonProps = {
  children: ReactNode;
  look?: ButtonLook;
  /** Where what stands on it is no word. */
  label?: string | undefined;
  type?: 'button' | 'submit';
  isDisabled?: boolean | undefined;
  autoFocus?: boolean;
  /** Whether what it shows and hides is shown. */
  'aria-expanded'?: boolean;
  /** The id of what tells more of it. */
  'aria-describedby'?: string;
  onPress?: () => void;
};

/** One that stops working while it has the focus keeps it: a browser would let go of it. */
export function Button({
  children,
  look = 'plain',
  label,
  type = 'button',
  isDisabled = false,
  onPress,
  ...rest
}: ButtonProps) {
  const [hasFocus, setFocus] = useState(false);
  const isHeld = isDisabled && hasFocus;
  return (
    <AriaButton
      className={`button ${look}`}
      type={isHeld ? 'button' : type}
      isDisabled={isDisabled && !hasFocus}
      onFocusChange={setFocus}
      {...(isHeld ? { 'aria-disabled': true } : {})}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(onPress === undefined || isHeld ? {} : { onPress: () => onPress() })}
      {...rest}
    >
      {children}
    </AriaButton>
  );
}

export function LinkButton({ children, to, look = 'plain' }: { children: ReactNode; to: string; look?: ButtonLook }) {
  return (
    <Link className={`button ${look}`} href={to}>
      {children}
    </Link>
  );
}
