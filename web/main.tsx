/**
 * The entry of the dashboard: style, clocks, first drawing. Everything else stands in the files it names.
 */
import './tokens.css';
import './screen.css';
import './table.css';
import './detail.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { startDesk } from './desk.ts';

startDesk();
render(<App />, document.getElementById('app')!);
