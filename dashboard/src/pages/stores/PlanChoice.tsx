// The plans as cards with what each of them reserves.
import { Radio, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Plan } from '../../api/model';
import { texts } from '../../texts';
import classes from './PlanChoice.module.css';

interface PlanChoiceProps {
  plans: Plan[];
  value: string;
  onChange: (plan: string) => void;
  error?: ReactNode;
}

export function PlanChoice({ plans, value, onChange, error }: PlanChoiceProps) {
  return (
    <Radio.Group label={texts.create.plan} value={value} onChange={onChange} error={error}>
      <div className={classes.plans}>
        {plans.map((plan) => (
          <label key={plan.name} className={classes.plan}>
            <Radio value={plan.name} aria-label={plan.title} />
            <span>
              <Text span fw={550} size="sm">
                {plan.title}
              </Text>
              <Text size="sm" c="dimmed">
                {plan.description}
              </Text>
              <Text size="xs" c="dimmed" className="numbers">
                {texts.create.planMeta(plan.cpu, plan.memory, plan.storage)}
              </Text>
            </span>
          </label>
        ))}
      </div>
    </Radio.Group>
  );
}
