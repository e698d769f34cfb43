/** A POST of a connection taken apart by the numbers that it is about, as each is taken in in a transaction of its own. */
import type { PhoneNumberId } from '../../core/ids.ts';
import type { Intake, Taken } from '../../core/ports.ts';
import { idsOf, type UserId } from '../../core/user.ts';
import { partsOf, type Webhook, type WebhookPart } from '../../core/webhook.ts';
import { keyOfApp } from '../changes/app-rows.ts';
import type { Line } from './working-table.ts';

/** What is taken in at once. */
export interface Piece {
  readonly line: Line;
  readonly intake: Intake;
  /** Who wrote or is told of, if it is of a number. */
  readonly users: readonly UserId[];
}

/**
 * What tells of no number that is hosted here (`numberOf` gives none) goes with the first one that is, so that most POSTs stay
 * whole.
 */
export function splitIntake(
  intake: Intake,
  numberOf: (part: WebhookPart) => PhoneNumberId | undefined,
  otherLine: Line,
): Piece[] {
  const parts = partsOf(intake.webhook);
  const numbers = [...new Set(parts.map(numberOf).filter((number) => number !== undefined))];
  const [first = otherLine, ...others] = numbers;
  return [first, ...others].map((line) => {
    const own = new Set(parts.filter((part) => (numberOf(part) ?? first) === line));
    const users = numbers.length === 0 ? [] : [...own].flatMap(({ senders }) => senders.flatMap(idsOf));
    return { line, users, intake: { ...intake, webhook: withParts(intake.webhook, own) } };
  });
}

export function mergeTaken(all: readonly Taken[]): Taken {
  const apps = all.flatMap((taken) => taken.apps);
  return {
    apps: [...new Map(apps.map((app) => [keyOfApp(app), app])).values()],
    opened: [...new Set(all.flatMap(({ opened }) => opened))],
    messages: all.reduce((sum, { messages }) => sum + messages, 0),
    blocked: all.reduce((sum, { blocked }) => sum + blocked, 0),
  };
}

function withParts(webhook: Webhook, kept: ReadonlySet<WebhookPart>): Webhook {
  const entries = webhook.elements.map((entry) => ({
    ...entry,
    elements: entry.elements.filter((part) => kept.has(part)),
  }));
  return { ...webhook, elements: entries.filter(({ elements }) => elements.length > 0) };
}
