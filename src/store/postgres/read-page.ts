/** Which part of a list a page shows. */
import { Refusal } from '../../core/errors.ts';
import type { PhoneNumberId } from '../../core/ids.ts';
import type { PageRequest } from '../../core/paging.ts';
import type { IdsPage, ListPage, PageOf } from '../../core/ports.ts';
import type { Checkpoints } from './checkpoints.ts';
import {
  type ListHead,
  readHead,
  readHop,
  readHopBack,
  readIdsWithin,
  readMarks,
  readWithin,
  type Span,
} from './entries.ts';
import type { Session } from './session.ts';
import type { ReadSyncs } from './syncs-port.ts';

/** What pages are read with, all in one snapshot. */
export interface PageReader {
  readonly session: Session;
  readonly checkpoints: Checkpoints;
  readonly syncs: ReadSyncs;
}

/** Of a number that is there; else refuses with `number_not_found`. */
export async function readPage(reader: PageReader, number: PhoneNumberId, request: PageRequest): Promise<ListPage> {
  const head = await headOf(reader, number);
  const found = await findSpan(reader, number, request, head);
  if (!found) return { kind: 'changed', version: head.version };
  const entries = await readWithin(reader.session, number, found.span);
  return { ...found.page, entries: head.isPushed ? await reader.syncs.of(reader.session, number, entries) : entries };
}

/** The same of who is on it alone. */
export async function readIds(reader: PageReader, number: PhoneNumberId, request: PageRequest): Promise<IdsPage> {
  const head = await headOf(reader, number);
  const found = await findSpan(reader, number, request, head);
  if (!found) return { kind: 'changed', version: head.version };
  const { span, page } = found;
  const entries = await readIdsWithin(reader.session, number, span);
  if (entries.length === 0) return { ...page, entries };
  return { ...page, entries, ends: { first: span.after + 1, last: span.through } };
}

async function headOf({ session }: PageReader, number: PhoneNumberId): Promise<ListHead> {
  const head = await readHead(session, number);
  if (!head) throw new Refusal({ kind: 'number_not_found', asked: number });
  return head;
}

/** A part of the list, and all that is told of the page but its users. */
interface Found {
  readonly span: Span;
  readonly page: Omit<PageOf<never>, 'entries'>;
}

/** `undefined`: the position is that of another version. */
async function findSpan(
  { session, checkpoints }: PageReader,
  number: PhoneNumberId,
  { position, limit }: PageRequest,
  head: ListHead,
): Promise<Found | undefined> {
  const { count, version, first, last } = head;
  const page = { kind: 'page', count, version } as const;
  const spanFrom = async (after: number) => ({ after, through: await endOf(session, number, head, after, limit) });
  switch (position.kind) {
    case 'start': {
      const span = await spanFrom(0);
      return { span, page: { ...page, offset: 0, hasBefore: false, hasAfter: span.through < last } };
    }
    case 'after': {
      const span = await spanFrom(position.seq);
      return { span, page: { ...page, hasBefore: first <= position.seq, hasAfter: span.through < last } };
    }
    case 'before': {
      const after = await readHopBack(session, number, position.seq, limit);
      const span = { after, through: position.seq - 1 };
      return { span, page: { ...page, hasBefore: first <= span.after, hasAfter: last >= position.seq } };
    }
    case 'offset': {
      if (position.version !== version) return undefined;
      const { offset } = position;
      const { seq, skip } = await checkpoints.seek(number, version, offset, (after, spacing, most) =>
        readMarks(session, number, after, { spacing, limit: most }),
      );
      const span = await spanFrom((await readHop(session, number, seq, skip)) ?? last);
      const hasBefore = offset > 0 && count > 0;
      return { span, page: { ...page, offset, hasBefore, hasAfter: span.through < last } };
    }
    default:
      return position satisfies never;
  }
}

/** The list order of the last entry of a page; where every list order that was given is in the list, none is counted. */
async function endOf(
  session: Session,
  number: PhoneNumberId,
  { count, seq, last }: ListHead,
  after: number,
  limit: number,
): Promise<number> {
  if (count === seq) return Math.min(after + limit, last);
  return (await readHop(session, number, after, limit)) ?? last;
}
