// The form for a new store. One opening has one Idempotency-Key, so that sending it again after a
// lost answer never makes a second store. What the server refuses is shown at its field.
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { randomKey } from '../../api/client';
import type { CreateStore } from '../../api/model';
import { platformQuery } from '../../api/platform';
import { ProblemError, refusedAt, UnreachableError } from '../../api/problem';
import { useCreateStore } from '../../api/stores';
import { Notice } from '../../components/Notice';
import { Dialog } from '../../components/Dialog';
import { Trouble } from '../../components/Trouble';
import { texts } from '../../texts';
import { AddressField } from './AddressField';
import { BlueprintChoice } from './BlueprintChoice';
import { Cost } from './Cost';
import { OwnerChoice } from './OwnerChoice';
import { passwordRules } from '../../components/password';
import { PasswordChoice } from './PasswordChoice';
import classes from './CreateStoreDialog.module.css';
import { PlanChoice } from './PlanChoice';

interface Draft {
  name: string;
  slug: string | null;
  plan: string;
  blueprint: string;
  /** Name of the team that is to own it. */
  team?: string;
  admin: { username: string; email: string; password: string | null };
}

/** The request: only what was filled in, everything else is the server's to choose. */
export function toRequest(draft: Draft): CreateStore {
  const { name, slug, plan, blueprint, team = '', admin } = draft;
  const chosen = {
    ...(admin.username.trim() === '' ? {} : { username: admin.username.trim() }),
    ...(admin.email.trim() === '' ? {} : { email: admin.email.trim() }),
    ...(admin.password === null ? {} : { password: admin.password }),
  };
  return {
    name: name.trim(),
    ...(slug === null || slug === '' ? {} : { slug }),
    ...(plan === '' ? {} : { plan }),
    ...(blueprint === '' ? {} : { blueprint }),
    ...(team === '' ? {} : { team }),
    ...(Object.keys(chosen).length === 0 ? {} : { admin: chosen }),
  };
}

const FIELDS = [
  'name',
  'slug',
  'plan',
  'blueprint',
  'team',
  'admin.username',
  'admin.email',
  'admin.password',
];

const FORM = 'create-store';

/** Leads to the first field that was refused, once its error has been drawn. */
function focusFirstError() {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`#${FORM} [aria-invalid="true"]`)?.focus();
  });
}

export function CreateStoreDialog({ onClose }: { onClose: () => void }) {
  const [key] = useState(randomKey);
  const navigate = useNavigate();
  const { data: platform } = useQuery(platformQuery);
  const create = useCreateStore();

  const form = useForm<Draft>({
    initialValues: {
      name: '',
      slug: null,
      plan: '',
      blueprint: '',
      team: '',
      admin: { username: '', email: '', password: null },
    },
    clearInputErrorOnChange: true,
    validate: {
      name: (name) =>
        name.trim() === ''
          ? texts.create.nameEmpty
          : Array.from(name.trim()).length > 100
            ? texts.create.nameLong
            : null,
      admin: {
        password: (password: string | null) =>
          password === null || passwordRules(password).every(({ met }) => met)
            ? null
            : texts.create.rulesBroken,
      },
    },
  });

  const submit = form.onSubmit((draft) => {
    create.mutate(
      { body: toRequest(draft), key },
      {
        onSuccess: (store) => void navigate({ to: '/stores/$id', params: { id: store.id } }),
        onError: (error) => {
          if (!(error instanceof ProblemError)) return;
          form.setErrors(error.fields);
          focusFirstError();
        },
      },
    );
  }, focusFirstError);

  const usual = platform?.plans.find((known) => known.default)?.name ?? '';
  const plan = form.values.plan === '' ? usual : form.values.plan;
  const chosenPlan = platform?.plans.find(({ name }) => name === plan);
  const blueprints = platform?.blueprints ?? [];
  const blueprint = blueprints.find(({ name }) => name === form.values.blueprint) ?? blueprints[0];
  const { error } = create;
  const atFields = refusedAt(error, FIELDS);

  return (
    <Dialog
      title={texts.create.title}
      closeLabel={texts.create.cancel}
      onClose={onClose}
      size="lg"
      keep={form.isDirty()}
    >
      <form id={FORM} onSubmit={submit} noValidate>
        <Stack gap="md">
          {blueprint !== undefined && !blueprint.wooCommerce.present && (
            <Notice kind="warn">{texts.create.plain}</Notice>
          )}
          <TextInput
            label={texts.create.name}
            description={texts.create.nameHint}
            placeholder={texts.create.namePlaceholder}
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <AddressField
            name={form.values.name}
            slug={form.values.slug}
            error={form.errors.slug}
            onChange={(slug) => {
              form.setFieldValue('slug', slug);
            }}
          />
          {blueprint !== undefined && (
            <BlueprintChoice
              blueprints={blueprints}
              value={blueprint.name}
              error={form.errors.blueprint}
              onChange={(next) => {
                form.setFieldValue('blueprint', next);
              }}
            />
          )}
          {platform !== undefined && platform.plans.length > 0 && (
            <PlanChoice
              plans={platform.plans}
              value={plan}
              error={form.errors.plan}
              onChange={(next) => {
                form.setFieldValue('plan', next);
              }}
            />
          )}
          {platform !== undefined && chosenPlan !== undefined && (
            <Cost plan={chosenPlan} limits={platform.limits} />
          )}
          <OwnerChoice
            value={form.values.team ?? ''}
            error={form.errors.team}
            onChange={(team) => {
              form.setFieldValue('team', team);
            }}
          />
          <div role="group" aria-label={texts.create.admin}>
            <Text fw={600} size="sm" mt="xs">
              {texts.create.admin}
            </Text>
            <Text size="sm" c="dimmed" mb="sm">
              {texts.create.adminHint}
            </Text>
            <Stack gap="sm">
              <Group grow align="flex-start">
                <TextInput
                  label={texts.create.username}
                  placeholder={texts.create.usernamePlaceholder}
                  autoComplete="off"
                  autoCapitalize="none"
                  spellCheck={false}
                  {...form.getInputProps('admin.username')}
                />
                <TextInput
                  label={texts.create.email}
                  type="email"
                  placeholder={texts.create.emailPlaceholder}
                  autoComplete="off"
                  {...form.getInputProps('admin.email')}
                />
              </Group>
              <PasswordChoice
                value={form.values.admin.password}
                error={form.errors['admin.password']}
                onChange={(password) => {
                  form.setFieldValue('admin.password', password);
                }}
              />
            </Stack>
          </div>
          {create.isError && !atFields && (
            <Trouble
              title={texts.create.failed}
              error={error instanceof UnreachableError ? new Error(texts.create.uncertain) : error}
            />
          )}
          <Group justify="flex-end" gap="sm" className={classes.foot ?? ''}>
            <Button variant="default" onClick={onClose}>
              {texts.create.cancel}
            </Button>
            <Button type="submit" loading={create.isPending}>
              {texts.create.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
