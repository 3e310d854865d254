/** Starts the Console. */
import { startInterface } from '../ui/start.tsx';
import { Console } from './console.tsx';

startInterface('', <Console />);
