// Generated from the records in src/DistConv.Dashboard/Api by DistConv.Dashboard.Tests; see TypesTests. Do not edit.
// Times are ISO 8601 in UTC, durations seconds, accuracies 0 … 1. What is not known is null or left out.

export type Maybe<T> = T | null | undefined;

/** The specification as it is stored: the page reads a few fields and lists the others as they are. */
export interface JobSpec {
  modelJson: string;
  globalBatch: number;
  [field: string]: unknown;
}

export interface Problem {
  title: string;
  detail: string;
  status: number;
  problems?: Maybe<SettingProblem[]>;
}

export interface Info {
  version: string;
  source: SourceInfo;
  canStart: boolean;
  needsTokenToRead: boolean;
  models: ModelInfo[];
  datasets: string[];
  optimizers: string[];
  schedules: string[];
  losses: string[];
}

export interface JobList {
  jobs: JobRow[];
}

export interface JobDetail {
  row: JobRow;
  status: JobStatus;
  spec: JobSpec;
  layers: LayerRow[];
  classNames?: Maybe<string[]>;
  figures: JobFigures;
  epochs: EpochMetrics[];
}

export interface SeriesHeader {
  columns: string[];
  cursor: string;
  firstStep?: Maybe<number>;
  lastStep?: Maybe<number>;
  steps: number;
}

export interface JobEvent {
  step: number;
  time?: Maybe<string>;
  kind: EventKind;
  text: string;
  silo?: Maybe<string>;
  job?: Maybe<string>;
}

export interface JobEventList {
  events: JobEvent[];
  cursor: string;
}

export interface StepsEvent {
  job: string;
  columns: string[];
  rows: (number | null)[][];
}

export interface EpochEvent {
  job: string;
  epoch: EpochMetrics;
}

export interface SnapshotEvent {
  job: string;
  step: number;
}

export interface ResyncEvent {
  job: string;
}

export interface JobsEvent {
}

export interface StartRequest {
  id?: string;
  data?: string;
  model?: string;
  modelJson?: string;
  samples?: number;
  epochs?: number;
  steps?: number;
  batch?: number;
  shards?: number;
  loss?: string;
  labelSmoothing?: number;
  classWeights?: string;
  augmentation?: string;
  optimizer?: string;
  learningRate?: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
  schedule?: string;
  warmup?: number;
  clipNorm?: number;
  validationSplit?: number;
  earlyStop?: number;
  seed?: number;
  stopAt?: number;
  snapshotEvery?: number;
  normsEvery?: number;
}

export interface StartedJob {
  id: string;
}

export interface ExtendRequest {
  epochs?: number;
}

export interface LabelsRequest {
  tags?: (string | null)[];
  note?: string;
}

export interface Plan {
  summary: string[];
  settings: PlannedSetting[];
  totalSteps: number;
  stepsPerEpoch: number;
  parameters: number;
  memoryBytes: number;
  warnings: string[];
}

export interface Comparison {
  settings: ComparedSetting[];
  figures: ComparedFigure[];
  firstDifferentStep?: Maybe<number>;
}

export interface SnapshotList {
  snapshots: SnapshotRow[];
}

export interface Kernels {
  layer: string;
  step: number;
  kernelHeight: number;
  kernelWidth: number;
  inChannels: number;
  outChannels: number;
  kernels: string;
  scale: number;
}

export interface Descriptions {
  layer: string;
  step: number;
  chanceLevel: number;
  filters: FilterDescription[];
}

export interface Evaluation {
  step: number;
  testSamples: number;
  loss: number;
  accuracy: number;
  auc?: Maybe<number>;
  meanAbsoluteError?: Maybe<number>;
  outputs: OutputScore[];
  confusion: number[][];
  classNames: string[];
  mistakes: Mistake[];
}

export interface HistogramsReply {
  step: number;
  layers: Histogram[];
}

export interface PredictRequest {
  pixels?: number[];
}

export interface PredictionAnswer {
  step: number;
  outputs: number[];
  classNames: string[];
  top: TopClass;
  input: InputPicture;
  maps?: Maybe<FeatureMaps[]>;
}

export interface Machines {
  silos: SiloRow[];
  jobs: MachineJob[];
}

export interface SettingProblem {
  setting: string;
  problem: string;
}

export interface SourceInfo {
  kind: JobSourceKind;
  name: string;
}

export interface ModelInfo {
  name: string;
  input: number[];
}

export interface JobRow {
  id: string;
  job?: Maybe<string>;
  state: JobState;
  model: string;
  data: string;
  optimizer: string;
  step: number;
  totalSteps: number;
  epochs: number;
  loss?: Maybe<number>;
  accuracy?: Maybe<number>;
  testLoss?: Maybe<number>;
  testAccuracy?: Maybe<number>;
  samplesPerSecond?: Maybe<number>;
  remainingSeconds?: Maybe<number>;
  updatedAt?: Maybe<string>;
  message?: Maybe<string>;
  warnings: string[];
  spark: number[];
  silos: number;
  tags: string[];
  note: string;
}

export interface JobStatus {
  job: string;
  state: JobState;
  step: number;
  totalSteps: number;
  epoch: number;
  epochCount: number;
  stepsPerEpoch: number;
  loss: number;
  accuracy: number;
  learningRate: number;
  samplesPerSecond: number;
  remainingSeconds: number;
  elapsedSeconds: number;
  epochs: EpochMetrics[];
  message?: Maybe<string>;
  warnings: string[];
  medianStepMilliseconds: number;
  p99StepMilliseconds: number;
  meanTiming: StepTiming;
  exchangedBytes: number;
  retriedShards: number;
  weightsDigest?: Maybe<string>;
  initialSnapshot?: Maybe<string>;
  finalSnapshot?: Maybe<string>;
  silos: SiloStatus[];
  kernel: string;
  threads: number;
}

export interface LayerRow {
  name: string;
  kind: string;
  output: number[];
  parameters: number;
  flops: number;
  share: number;
  hasKernels: boolean;
}

export interface JobFigures {
  loss: string;
  accuracy?: Maybe<string>;
  hasAuc: boolean;
  hasMeanAbsoluteError: boolean;
}

export interface EpochMetrics {
  epoch: number;
  step: number;
  trainLoss: number;
  trainAccuracy: number;
  testLoss: number;
  testAccuracy: number;
  seconds: number;
  samplesUsed: number;
  coverageDigest: string;
  validationLoss?: Maybe<number>;
  validationAccuracy?: Maybe<number>;
  testAuc?: Maybe<number>;
  testMeanAbsoluteError?: Maybe<number>;
  validationAuc?: Maybe<number>;
  validationMeanAbsoluteError?: Maybe<number>;
}

export type EventKind =
  | 'started'
  | 'resumed'
  | 'paused'
  | 'stopped'
  | 'cancelled'
  | 'failed'
  | 'done'
  | 'extended'
  | 'takeover'
  | 'siloLost'
  | 'siloJoined'
  | 'shardsMoved'
  | 'hedge'
  | 'retry'
  | 'snapshot'
  | 'evaluation'
  | 'warning';

export interface PlannedSetting {
  name: string;
  value: string;
  reason?: Maybe<string>;
}

export interface ComparedSetting {
  name: string;
  values: (string | null)[];
  differs: boolean;
}

export interface ComparedFigure {
  name: string;
  values: (number | null)[];
}

export interface SnapshotRow {
  step: number;
  epoch?: Maybe<number>;
  isBest: boolean;
  isLast: boolean;
  isWhole: boolean;
}

export interface FilterDescription {
  index: number;
  name: string;
  confidence: number;
  isStructured: boolean;
  structuredFrom?: Maybe<number>;
  structuredTo?: Maybe<number>;
  sentence: string;
}

export interface OutputScore {
  name: string;
  auc?: Maybe<number>;
  meanAbsoluteError?: Maybe<number>;
}

export interface Mistake {
  index: number;
  actual: number;
  predicted: number;
  confidence: number;
  picture: string;
}

export interface Histogram {
  name: string;
  min: number;
  max: number;
  counts: number[];
}

export interface TopClass {
  index: number;
  name: string;
  probability: number;
}

export interface InputPicture {
  height: number;
  width: number;
  channels: number;
  pixels: string;
}

export interface FeatureMaps {
  layer: string;
  height: number;
  width: number;
  channels: number;
  allChannels: number;
  values: string;
}

export interface SiloRow {
  address: string;
  name: string;
  state: string;
  threads: number;
  shards: number[];
  processorShare?: Maybe<number>;
  memoryBytes?: Maybe<number>;
  build?: Maybe<string>;
  note?: Maybe<string>;
  noteTime?: Maybe<string>;
}

export interface MachineJob {
  id: string;
  step: number;
  coordinator?: Maybe<string>;
  silos: JobSilo[];
  lanes: Lane[];
}

export type JobSourceKind =
  | 'store'
  | 'embedded'
  | 'cluster';

export type JobState =
  | 'queued'
  | 'running'
  | 'stopped'
  | 'interrupted'
  | 'paused'
  | 'cancelled'
  | 'failed'
  | 'done';

export interface StepTiming {
  compute: number;
  exchange: number;
  reduce: number;
  update: number;
  exchangedBytes: number;
}

export interface SiloStatus {
  silo: string;
  host: string;
  processId: number;
  shards: number[];
  threads: number;
  computeMilliseconds: number;
}

export interface JobSilo {
  silo: string;
  shards: number[];
  computeSeconds?: Maybe<number>;
}

export interface Lane {
  silo: string;
  shard: number;
  steps: LaneStep[];
}

export interface LaneStep {
  step: number;
  start: number;
  compute: number;
  exchange: number;
  reduce: number;
  update: number;
}
