import type { Info } from '../../api/types';
import { reportError } from '../../ui/notice';
import { FormRow } from './FormRow';
import { numberRules, ownModel, wantsFolder, type FormField, type StartForm } from './start-form';

interface Props {
  known: Info;
  form: StartForm;
  problems: Partial<Record<FormField, string[]>>;
  onChange: (field: FormField, value: string) => void;
}

const byDefault = { value: '', label: 'by default' };
const same = (value: string) => ({ value, label: value });

/** Every field of the start form. Rarely changed settings are under "More settings", which opens when one of them is invalid. */
export function StartFields({ known, form, problems, onChange }: Props) {
  const row = (name: FormField, label: string, hint: string, more: { choices?: { value: string; label: string }[]; suggestions?: string[] } = {}) => (
    <FormRow
      key={name}
      name={name}
      label={label}
      hint={hint}
      value={form[name]}
      problems={problems[name]}
      onChange={(value) => onChange(name, value)}
      {...more}
    />
  );
  const numbers = (common: boolean) => numberRules.filter((rule) => (rule.common === true) === common).map(({ field, label, hint }) => row(field, label, hint));
  const models = known.models.map(({ name, input }) => ({ value: name, label: `${name} (${input.join(' × ')})` }));
  const isOpen =
    numberRules.some((rule) => !rule.common && problems[rule.field]) ||
    problems.id !== undefined ||
    problems.classWeights !== undefined ||
    problems.augmentation !== undefined;
  return (
    <>
      {row('data', 'Data set', 'What to train on.', { choices: known.datasets.map(same) })}
      {wantsFolder(form.data) && row('directory', 'Folder', 'The folder with the data, on the server’s machine.')}
      {row('model', 'Model', 'What to train.', { choices: [...models, { value: ownModel, label: 'a file of your own…' }] })}
      {form.model === ownModel && <ModelFile chosen={form.modelJson !== ''} onRead={(text) => onChange('modelJson', text)} />}
      {row('loss', 'Loss', 'What training minimises. The default follows from what the model ends in.', {
        choices: [byDefault, ...known.losses.map(same)],
      })}
      {row('optimizer', 'Optimizer', 'How gradients update the weights.', { choices: [byDefault, ...known.optimizers.map(same)] })}
      {numbers(true)}
      {row('schedule', 'Schedule', 'How the learning rate changes, such as cosine or step:2:0.5. Empty: constant.', { suggestions: known.schedules })}
      <details open={isOpen}>
        <summary>More settings</summary>
        <div class="form more">
          {row('id', 'Name', '1 to 64 of a-z, 0-9 and -. Empty: a new one.')}
          {numbers(false)}
          {row('classWeights', 'Class weights', 'balanced, or factors such as cats:1,dogs:2.5. Empty: 1.', {
            suggestions: ['balanced'],
          })}
          {row('augmentation', 'Augmentation', 'How training samples are varied, such as flip,crop:4 or flip,shift:0.1,rotate:10. Empty: not at all.', {
            suggestions: ['flip,crop:4', 'flip,shift:0.1,rotate:10,zoom:0.1', 'flip,crop:4,mixup:0.2'],
          })}
          {row('nesterov', 'Nesterov', 'Look-ahead, for sgd with momentum.', {
            choices: [byDefault, { value: 'true', label: 'yes' }, { value: 'false', label: 'no' }],
          })}
        </div>
      </details>
    </>
  );
}

function ModelFile({ chosen, onRead }: { chosen: boolean; onRead: (text: string) => void }) {
  return (
    <div class="form-row">
      <label for="start-modelJson">File</label>
      <input
        id="start-modelJson"
        type="file"
        accept=".json,application/json"
        aria-describedby="start-modelJson-hint"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) file.text().then(onRead, reportError);
        }}
      />
      <small id="start-modelJson-hint">{chosen ? 'The file is read.' : 'A model in DistConv’s or Keras’s JSON.'}</small>
    </div>
  );
}
