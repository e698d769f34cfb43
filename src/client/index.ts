/** What `gatehouse/client` is: a client of the admin API that needs nothing but `fetch`. */
export { type ErrorKind, type FieldFault, GatehouseError } from './error.ts';
export type { FollowOptions } from './events.ts';
export {
  type Blocked,
  type BlockOutcome,
  type ChangeOptions,
  Gatehouse,
  type ManyOptions,
  type Refused,
  type UnblockOutcome,
  type Users,
} from './gatehouse.ts';
export type { ListOptions, Page, Rows } from './rows.ts';
export type { CallOptions, GatehouseOptions } from './transport.ts';
export type {
  Account,
  BlockEntry,
  BlockEvent,
  BlockState,
  BusinessNumber,
  Connection,
  ConnectionChange,
  CountedNumber,
  CreatedKey,
  Delivery,
  Key,
  KeyRequest,
  NumberChange,
  Removal,
  Rules,
  SandboxMessage,
  Sync,
  Unblocked,
} from './wire.ts';
