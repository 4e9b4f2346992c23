import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { ApiError } from '../../api/http';
import type { Info, Plan } from '../../api/types';
import { info, loadJobs } from '../../state/jobs';
import { go, link } from '../../state/route';
import { Waiting } from '../../ui/controls';
import { notify } from '../../ui/notice';
import { PlanView } from './PlanView';
import { assignProblems, emptyForm, readForm, type FormField, type StartForm } from './start-form';
import { StartFields } from './StartFields';

export function StartView() {
  return (
    <>
      <div class="page-head">
        <h1>Start a job</h1>
      </div>
      {info.value === null && <Waiting what="what can be trained" />}
      {info.value?.canStart === true && <Form info={info.value} />}
      {info.value?.canStart === false && (
        <p class="card empty">
          This dashboard shows {info.value.source.name}, which trains nothing. <a href={link('jobs')}>Back to the jobs</a>
        </p>
      )}
    </>
  );
}

type Errors = ReturnType<typeof assignProblems>;

function Form({ info: known }: { info: Info }) {
  const [form, setForm] = useState<StartForm>(() => emptyForm(known));
  const [errors, setErrors] = useState<Errors>({ fields: {}, general: [] });
  const [plan, setPlan] = useState<Plan | null>(null);
  const [busy, setBusy] = useState(false);

  const change = (field: FormField, value: string) => {
    setForm({ ...form, [field]: value });
    setPlan(null);
  };
  const submit = async (start: boolean) => {
    const { request, problems } = readForm(form);
    setErrors(assignProblems(problems));
    if (!request) return;
    setBusy(true);
    try {
      if (start) {
        const { id } = await api.start(request);
        notify(`${id} has been submitted.`, 'good');
        void loadJobs();
        go('job', id);
      } else setPlan(await api.plan(request));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setErrors(assignProblems(error.problems.length > 0 ? error.problems : [{ setting: '', problem: error.message }]));
      setPlan(null);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div class="start">
      <form
        class="card form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit(false);
        }}
      >
        <ErrorSummary errors={errors} />
        <StartFields known={known} form={form} problems={errors.fields} onChange={change} />
        <div class="form-end">
          <button type="submit" class={plan ? undefined : 'primary'} disabled={busy}>
            Show the plan
          </button>
          <button type="button" class={plan ? 'primary' : undefined} disabled={busy || !plan} onClick={() => void submit(true)}>
            Start the job
          </button>
          <a class="button" href={link('jobs')}>
            Back
          </a>
        </div>
      </form>
      <section class="card" aria-live="polite" aria-label="Plan">
        <h2>Plan</h2>
        {plan && <PlanView plan={plan} />}
        {!plan && (
          <p class="empty">
            The plan shows what would run: steps, parameters, memory, and the defaults for the fields that you left empty. Nothing starts before you have seen
            it.
          </p>
        )}
      </section>
    </div>
  );
}

/** All problems at once, above the form; it takes the focus when there are any. */
function ErrorSummary({ errors }: { errors: Errors }) {
  const summary = useRef<HTMLDivElement>(null);
  const count = Object.values(errors.fields).flat().length + errors.general.length;
  useEffect(() => {
    if (count > 0) summary.current?.focus();
  }, [errors]);
  if (count === 0) return null;
  // The address belongs to the view, so a link to a field moves the focus itself.
  const focus = (event: MouseEvent, name: string) => {
    event.preventDefault();
    document.getElementById(`start-${name}`)?.focus();
  };
  return (
    <div class="problem" role="alert" tabIndex={-1} ref={summary}>
      <p>{count === 1 ? 'One setting is invalid:' : `${count} settings are invalid:`}</p>
      <ul>
        {errors.general.map((text) => (
          <li key={text}>{text}</li>
        ))}
        {Object.entries(errors.fields).map(([name, texts]) =>
          texts.map((text) => (
            <li key={name + text}>
              <a href={`#start-${name}`} onClick={(event) => focus(event, name)}>
                {text}
              </a>
            </li>
          )),
        )}
      </ul>
    </div>
  );
}
