import type { Plan } from '../../api/types';
import { Figure } from '../../ui/controls';
import { formatBytes, formatCount, formatSetting } from '../../ui/format';

export function PlanView({ plan }: { plan: Plan }) {
  return (
    <>
      <dl class="figures">
        <Figure label="Steps" value={formatCount(plan.totalSteps)} note={`${formatCount(plan.stepsPerEpoch)} an epoch`} />
        <Figure label="Parameters" value={formatCount(plan.parameters)} />
        <Figure label="Memory" value={formatBytes(plan.memoryBytes)} note="of one silo that computes all shards" />
      </dl>
      {plan.warnings.map((text) => (
        <p key={text} class="warning">
          {text}
        </p>
      ))}
      <ul class="plan-summary">
        {plan.summary.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <table class="data">
        <caption class="visually-hidden">Settings of the plan</caption>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {plan.settings.map(({ name, value, reason }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="long">{formatSetting(value)}</td>
              <td>{reason ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
