/** What `gatehouse/client` is: a client of the admin API that needs nothing but `fetch`. */
export type { DeliveryListOptions } from './deliveries.ts';
export { type ErrorKind, type FieldFault, GatehouseError } from './error.ts';
export type { FollowOptions } from './events.ts';
export {
  type Blocked,
  type BlockOutcome,
  type ChangeOptions,
  Gatehouse,
  type HeldOptions,
  type ManyOptions,
  type Refused,
  type UnblockManyOptions,
  type UnblockOptions,
  type UnblockOutcome,
  type Users,
} from './gatehouse.ts';
export type { ListOptions, Page, Rows } from './rows.ts';
export type { CallOptions, GatehouseOptions } from './transport.ts';
export type {
  AcceptedDelivery,
  Account,
  AccountChange,
  App,
  AppChange,
  AppDelivery,
  BlockEntry,
  BlockEvent,
  BlockState,
  BusinessNumber,
  Connection,
  ConnectionChange,
  CountedNumber,
  CreatedKey,
  Delivery,
  HeldMessage,
  Key,
  KeyRequest,
  NumberChange,
  ReconcileAnswer,
  ReconcileJob,
  ReconcileRequest,
  Removal,
  Rules,
  SandboxMessage,
  Sync,
  Unblocked,
  WholeAppDelivery,
} from './wire.ts';
