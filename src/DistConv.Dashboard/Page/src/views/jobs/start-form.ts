import type { Info, SettingProblem, StartRequest } from '../../api/types';

/** Settings that are numbers. An empty field leaves the choice to DistConv. */
export type NumberField =
  | 'epochs'
  | 'batch'
  | 'learningRate'
  | 'seed'
  | 'steps'
  | 'samples'
  | 'shards'
  | 'momentum'
  | 'weightDecay'
  | 'warmup'
  | 'clipNorm'
  | 'labelSmoothing'
  | 'validationSplit'
  | 'earlyStop'
  | 'stopAt'
  | 'snapshotEvery'
  | 'normsEvery';
export type TextField = 'data' | 'directory' | 'model' | 'modelJson' | 'loss' | 'classWeights' | 'augmentation' | 'optimizer' | 'nesterov' | 'schedule' | 'id';
export type FormField = NumberField | TextField;

/** The form's content as typed. */
export type StartForm = Record<FormField, string>;

interface NumberRule {
  field: NumberField;
  label: string;
  hint: string;
  whole: boolean;
  least: number;
  /** Shown among the first fields rather than under "More settings". */
  common?: boolean;
}

export const numberRules: NumberRule[] = [
  { field: 'epochs', label: 'Epochs', hint: 'Passes over all samples. Empty: 2, or more for a small data set.', whole: true, least: 1, common: true },
  { field: 'batch', label: 'Batch', hint: 'Samples of a step over all shards. Empty: 128, or fewer for a small data set.', whole: true, least: 1, common: true },
  { field: 'learningRate', label: 'Learning rate', hint: 'Empty: the optimizer’s own.', whole: false, least: 0, common: true },
  { field: 'seed', label: 'Seed', hint: 'Key of every random number. Empty: 1.', whole: true, least: 0, common: true },
  { field: 'steps', label: 'Steps', hint: 'Length in steps, instead of epochs.', whole: true, least: 1 },
  { field: 'samples', label: 'Samples', hint: 'Training samples to use, from the first on. Empty: all.', whole: true, least: 1 },
  { field: 'shards', label: 'Shards', hint: 'Logical shards of the data; they determine the bits. Empty: 8, or fewer for a small batch.', whole: true, least: 1 },
  { field: 'validationSplit', label: 'Validation', hint: 'Share of the samples to set aside for validation, 0 to 1.', whole: false, least: 0 },
  { field: 'earlyStop', label: 'Early stopping', hint: 'The job ends after this many epochs without a lower loss.', whole: true, least: 1 },
  { field: 'warmup', label: 'Warm-up', hint: 'Steps over which the learning rate rises to its full value.', whole: true, least: 0 },
  { field: 'clipNorm', label: 'Clip norm', hint: 'Largest norm of a step’s gradient. Empty: no limit.', whole: false, least: 0 },
  { field: 'labelSmoothing', label: 'Label smoothing', hint: 'Share by which a cross-entropy’s targets become even, 0 to 1. Empty: 0.', whole: false, least: 0 },
  { field: 'momentum', label: 'Momentum', hint: 'For sgd.', whole: false, least: 0 },
  { field: 'weightDecay', label: 'Weight decay', hint: 'For adamw and sgd.', whole: false, least: 0 },
  { field: 'stopAt', label: 'Stop at', hint: 'This run stops after this step, and can be resumed.', whole: true, least: 1 },
  { field: 'snapshotEvery', label: 'Snapshot every', hint: 'Steps between two snapshots, beside those of the epochs.', whole: true, least: 1 },
  { field: 'normsEvery', label: 'Norms every', hint: 'Steps between two measurements of each layer’s norms; 0: never. Empty: 10.', whole: true, least: 0 },
];

/** Settings that are texts, sent as they are. */
const textSettings = ['loss', 'classWeights', 'augmentation', 'optimizer', 'schedule', 'id'] as const;

/** The choice of a model from a file. */
export const ownModel = 'file';
const folderMark = 'DIR';

/** Whether a data set's name needs a folder, as `images:DIR` does. */
export function wantsFolder(data: string): boolean {
  return data.endsWith(folderMark);
}

export function emptyForm(info: Info): StartForm {
  const numbers = Object.fromEntries(numberRules.map(({ field }) => [field, ''])) as Record<NumberField, string>;
  const choices = { data: info.datasets[0] ?? '', directory: '', model: info.models[0]?.name ?? '', modelJson: '', nesterov: '' };
  const texts = Object.fromEntries(textSettings.map((field) => [field, ''])) as Record<(typeof textSettings)[number], string>;
  return { ...numbers, ...choices, ...texts };
}

/** Turns the form into a request. Only missing values and malformed numbers are rejected here; the server checks ranges, with the command line's wording. */
export function readForm(form: StartForm): { request: StartRequest | null; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const request: StartRequest = {};
  readData(form, request, problems);
  if (form.model !== ownModel) request.model = form.model;
  else if (form.modelJson === '') problems.push({ setting: 'model', problem: 'is missing; choose its file' });
  else request.modelJson = form.modelJson;
  for (const { field, whole, least } of numberRules) {
    const text = form[field].trim();
    if (text === '') continue;
    const value = Number(text);
    if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value)) || value < least)
      problems.push({ setting: field, problem: `is “${text}”; it has to be ${whole ? 'a whole number' : 'a number'}, at least ${least}` });
    else request[field] = value;
  }
  for (const field of textSettings) if (form[field].trim() !== '') request[field] = form[field].trim();
  if (form.nesterov !== '') request.nesterov = form.nesterov === 'true';
  return { request: problems.length === 0 ? request : null, problems };
}

function readData(form: StartForm, request: StartRequest, problems: SettingProblem[]): void {
  if (!wantsFolder(form.data)) request.data = form.data;
  else if (form.directory.trim() === '')
    problems.push({ setting: 'directory', problem: 'is missing; enter the folder that holds the data on the server’s machine' });
  else request.data = form.data.slice(0, -folderMark.length) + form.directory.trim();
}

/** Fields by the names of settings in messages, in lower case. */
const fieldOf = new Map<string, FormField>([
  ...numberRules.map(({ field }) => [field.toLowerCase(), field] as const),
  ...(['data', 'directory', 'model', 'modelJson', 'nesterov', ...textSettings] as const).map((field) => [field.toLowerCase(), field] as const),
  ['job', 'id'],
  ['globalbatch', 'batch'],
  ['totalsteps', 'steps'],
  ['warmupsteps', 'warmup'],
  ['earlystoppatience', 'earlyStop'],
  ['snapshoteverysteps', 'snapshotEvery'],
  ['normseverysteps', 'normsEvery'],
]);

/**
 * Sorts problems, each the rest of a sentence that begins with its setting, to the fields that they are about. Settings such as `optimizer.learningRate` go by
 * their last part, else by their first. Problems without a field are shown above the form.
 */
export function assignProblems(problems: SettingProblem[]): { fields: Partial<Record<FormField, string[]>>; general: string[] } {
  const fields: Partial<Record<FormField, string[]>> = {};
  const general: string[] = [];
  for (const { setting, problem } of problems) {
    const parts = setting.toLowerCase().split('.');
    const field = fieldOf.get(parts[parts.length - 1]) ?? fieldOf.get(parts[0]);
    const text = setting === '' ? problem : `${setting} ${problem}`;
    if (field) fields[field] = [...(fields[field] ?? []), text];
    else general.push(text);
  }
  return { fields, general };
}
