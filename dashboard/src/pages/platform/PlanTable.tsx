// What each plan reserves for a store.
import { Table, Text } from '@mantine/core';
import type { Plan } from '../../api/model';
import { texts } from '../../texts';
import classes from './PlatformPage.module.css';
import table from '../stores/StoreTable.module.css';

const { planColumns } = texts.platform;

export function PlanTable({ plans }: { plans: Plan[] }) {
  return (
    <div className={classes.plans}>
      <Table className={table.table ?? ''}>
        <Table.Thead>
          <Table.Tr>
            {Object.values(planColumns).map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {plans.map((plan) => (
            <Table.Tr key={plan.name}>
              <Table.Td>
                <Text span fw={550}>
                  {plan.title}
                </Text>
                <Text size="sm" c="dimmed">
                  {plan.description}
                </Text>
              </Table.Td>
              <Table.Td className={classes.amount ?? ''}>{plan.cpu}</Table.Td>
              <Table.Td className={classes.amount ?? ''}>{plan.memory}</Table.Td>
              <Table.Td className={classes.amount ?? ''}>{plan.storage}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
