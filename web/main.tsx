/**
 * The entry of the dashboard: colours, clocks, first drawing. Everything else stands in the files it names.
 */
import './shell/tokens.css';
import './shell/screen.css';
import './shell/sign-in.css';
import './shell/stale.css';
import { render } from 'preact';
import { startDesk } from './live/desk.ts';
import { App } from './shell/app.tsx';

startDesk();
render(<App />, document.getElementById('app')!);
