// What kind of shop: a choice where there are several, else only named.
import { Radio, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Platform } from '../../api/model';
import { texts } from '../../texts';
import classes from './PlanChoice.module.css';

interface BlueprintChoiceProps {
  blueprints: Platform['blueprints'];
  value: string;
  onChange: (blueprint: string) => void;
  error?: ReactNode;
}

export function BlueprintChoice({ blueprints, value, onChange, error }: BlueprintChoiceProps) {
  return (
    <Radio.Group label={texts.create.blueprint} value={value} onChange={onChange} error={error}>
      <div className={classes.plans}>
        {blueprints.map(({ name, title, description, wooCommerce }) => (
          <label key={name} className={classes.plan}>
            <Radio value={name} aria-label={title} />
            <span>
              <Text span fw={550} size="sm">
                {title}
              </Text>
              {description !== '' && (
                <Text size="sm" c="dimmed">
                  {description}
                </Text>
              )}
              <Text size="xs" c="dimmed" className="numbers">
                {wooCommerce.present
                  ? texts.platform.present(wooCommerce.version ?? '')
                  : texts.create.plainShort}
              </Text>
            </span>
          </label>
        ))}
      </div>
    </Radio.Group>
  );
}
