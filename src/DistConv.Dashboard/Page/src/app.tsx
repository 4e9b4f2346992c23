import { useEffect, useRef } from 'preact/hooks';
import { keepToken } from './api/token';
import { ApiError } from './api/http';
import { chooseTheme, themeChoice, type ThemeChoice } from './charts/theme';
import { connection, retryConnection } from './state/live';
import { info, infoError, loadInfo } from './state/jobs';
import { address, link } from './state/route';
import type { View } from './state/address';
import { Problem, Select, Waiting } from './ui/controls';
import { clearErrors, Notices } from './ui/notice';
import { FiltersView } from './views/filters/FiltersView';
import { JobView } from './views/job/JobView';
import { JobsView } from './views/jobs/JobsView';
import { StartView } from './views/jobs/StartView';
import { MachinesView } from './views/machines/MachinesView';
import { TryView } from './views/try/TryView';

export function App() {
  const { view, job } = address.value;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => void loadInfo(), []);
  useEffect(() => {
    document.title = job ? `${job} – DistConv` : `${titles[view]} – DistConv`;
    clearErrors();
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [view, job]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header view={view} />
      <ConnectionBanner />
      <main id="main" ref={main} tabIndex={-1}>
        {infoError.value && !info.value ? <NoInfo error={infoError.value} /> : info.value ? <Page /> : <Waiting what="the dashboard" />}
      </main>
      <Notices />
    </>
  );
}

const titles: Record<View, string> = {
  jobs: 'Jobs',
  start: 'Start a job',
  job: 'Job',
  filters: 'Filters',
  try: 'Try it',
  machines: 'Machines',
  unknown: 'Not found',
};

function Page() {
  const { view, job } = address.value;
  switch (view) {
    case 'jobs':
      return <JobsView />;
    case 'start':
      return <StartView />;
    case 'machines':
      return <MachinesView />;
    case 'job':
      return <JobView key={job} id={job ?? ''} />;
    case 'filters':
      return <FiltersView key={job} id={job ?? ''} />;
    case 'try':
      return <TryView key={job} id={job ?? ''} />;
    case 'unknown':
      return (
        <p class="card empty">
          This address has no view. <a href={link('jobs')}>Show the jobs</a>
        </p>
      );
  }
}

function Header({ view }: { view: View }) {
  const known = info.value;
  const inJobs = view !== 'machines' && view !== 'unknown';
  return (
    <header class="topbar">
      <a class="brand" href={link('jobs')}>
        DistConv
      </a>
      <nav aria-label="Views">
        <a href={link('jobs')} aria-current={inJobs ? (view === 'jobs' ? 'page' : 'true') : undefined}>
          Jobs
        </a>
        <a href={link('machines')} aria-current={view === 'machines' ? 'page' : undefined}>
          Machines
        </a>
      </nav>
      {known && (
        <span class="source" title={`DistConv ${known.version}`}>
          {known.source.name}
        </span>
      )}
      <LiveDot />
      <Select
        label="Colours"
        value={themeChoice.value}
        onChange={(value) => chooseTheme(value as ThemeChoice)}
        choices={[
          { value: 'auto', label: 'as the system' },
          { value: 'light', label: 'light' },
          { value: 'dark', label: 'dark' },
        ]}
      />
    </header>
  );
}

function LiveDot() {
  const { kind } = connection.value;
  const word = kind === 'live' ? 'live' : kind === 'lost' ? 'connection lost' : kind === 'refused' ? 'not live' : 'connecting';
  return (
    <span class={`live ${kind}`} role="status">
      {word}
    </span>
  );
}

/** Tells the user when the page is out of date. */
function ConnectionBanner() {
  const state = connection.value;
  if (state.kind === 'refused')
    return (
      <p class="banner" role="alert">
        This page is not being updated. {state.reason}{' '}
        <button type="button" onClick={retryConnection}>
          Try again
        </button>
      </p>
    );
  if (state.kind !== 'lost') return null;
  return (
    <p class="banner" role="alert">
      The connection is lost, so this page is out of date. {state.reason} Retrying in {state.seconds} s; the page will continue where it left off.
      <button type="button" onClick={retryConnection}>
        Try now
      </button>
    </p>
  );
}

function NoInfo({ error }: { error: Error }) {
  if (!(error instanceof ApiError) || error.status !== 401) return <Problem error={error} retry={() => void loadInfo()} />;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const token = new FormData(event.currentTarget as HTMLFormElement).get('token');
    keepToken(String(token ?? '').trim());
    void loadInfo();
  };
  return (
    <form class="card form token" onSubmit={submit}>
      <h1>Token needed</h1>
      <p>Open the link that the dashboard printed when it started, or paste its token. It is kept for this tab only.</p>
      <div class="form-row">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autoComplete="off" required />
      </div>
      <div class="form-end">
        <button type="submit" class="primary">
          Continue
        </button>
      </div>
    </form>
  );
}
