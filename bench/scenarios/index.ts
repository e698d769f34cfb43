/** The scenarios, in the order of the report. */
import type { Scenario } from '../scenario.ts';
import { blockOne } from './block-one.ts';
import { blockThousand } from './block-thousand.ts';
import { check } from './check.ts';
import { connections } from './connections.ts';
import { growth, pgGrowth } from './growth.ts';
import { intake, intakeCrowd } from './intake.ts';
import { intakeDeadApp } from './intake-dead-app.ts';
import { intakeMemory } from './intake-memory.ts';
import { list } from './list.ts';
import { passGet, passPost, send } from './pass-through.ts';
import { pgBlockHot, pgBlockMany, pgBlockThousand } from './pg-block.ts';
import { pgCheck } from './pg-check.ts';
import { pgNodes } from './pg-nodes.ts';
import { slowDisk } from './slow-disk.ts';
import { start } from './start.ts';

export const scenarios: readonly Scenario[] = [
  list,
  check,
  blockOne,
  blockThousand,
  passGet,
  passPost,
  send,
  intake,
  intakeCrowd,
  intakeDeadApp,
  start,
  slowDisk,
  connections,
  pgBlockHot,
  pgBlockMany,
  pgBlockThousand,
  pgCheck,
  pgNodes,
  growth,
  pgGrowth,
  intakeMemory,
];
