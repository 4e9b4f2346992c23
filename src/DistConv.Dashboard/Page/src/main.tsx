import { render } from 'preact';
import { adoptToken } from './api/token';
import { loadInfo } from './state/jobs';
import { refreshAddress } from './state/route';
import { App } from './app';
import 'uplot/dist/uPlot.min.css';
import './style/base.css';
import './style/buttons.css';
import './style/shell.css';
import './style/cards.css';
import './style/controls.css';
import './style/tables.css';
import './style/jobs.css';
import './style/charts.css';
import './style/job.css';
import './style/filters.css';
import './style/try.css';
import './style/machines.css';

adoptToken();
refreshAddress();
addEventListener('hashchange', () => {
  if (!adoptToken()) return;
  refreshAddress();
  void loadInfo();
});

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no element "app".');
render(<App />, root);
